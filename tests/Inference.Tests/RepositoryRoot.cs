using System.Runtime.CompilerServices;

namespace Pipeline.Inference.Tests;

/// <summary>Finds development data that lies beside the repository and never in it.</summary>
internal static class RepositoryRoot
{
    /// <summary>Path of <c>../shared/data/NAME</c>; skips the test where it is absent.</summary>
    public static string RequireSharedData(string name, [CallerFilePath] string sourceFile = "")
    {
        // The build may write outside the repository, so the source file is a second place to start from.
        foreach (var start in (string[])[AppContext.BaseDirectory, Path.GetDirectoryName(sourceFile) ?? "."])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var file = Path.Combine(folder.FullName, "..", "shared", "data", name);
                if (File.Exists(Path.Combine(folder.FullName, "Pipeline.sln")) && File.Exists(file))
                {
                    return file;
                }
            }
        }

        Assert.Skip($"../shared/data/{name} is not beside this repository.");
        return name;
    }
}
