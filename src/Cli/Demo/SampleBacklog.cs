namespace Pipeline.Cli.Demo;

/// <summary>The work orders that ship with the repository.</summary>
internal static class SampleBacklog
{
    private static readonly string s_relativePath = Path.Combine("samples", "work-orders.csv");

    /// <summary>Looks beside the program and in every folder above it.</summary>
    /// <exception cref="UsageException">It is not there.</exception>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, s_relativePath);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new UsageException(Say(
            $"The sample backlog {s_relativePath} is not in the repository; name another file with --file.",
            $"仓库中没有示例工单 {s_relativePath}；请用 --file 指定其他文件。"));
    }
}
