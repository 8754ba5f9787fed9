using System.Runtime.CompilerServices;

namespace Pipeline.Testing;

/// <summary>The checkout that the tests run in, and what may lie beside it.</summary>
public static class Checkout
{
    /// <summary>The folder with <c>Pipeline.sln</c>.</summary>
    public static string Root { get; } = Find();

    /// <summary>
    /// Path of <c>../shared/PATH</c>, or of PATH in the folder that <c>PIPELINE_SHARED</c> names: public data that is no part of the
    /// repository. The test is skipped where it is absent.
    /// </summary>
    public static string RequireShared(string path)
    {
        var shared = Environment.GetEnvironmentVariable("PIPELINE_SHARED") is { Length: > 0 } folder ? folder : Path.Combine(Root, "..", "shared");
        var full = Path.GetFullPath(Path.Combine(shared, path));
        Assert.SkipUnless(Path.Exists(full), $"../shared/{path} is not beside this repository.");
        return full;
    }

    private static string Find([CallerFilePath] string sourceFile = "")
    {
        // The build may write outside the repository, so the source file is a second place to start from.
        foreach (var start in (string[])[AppContext.BaseDirectory, Path.GetDirectoryName(sourceFile) ?? "."])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Pipeline.sln")))
                {
                    return folder.FullName;
                }
            }
        }

        throw new InvalidOperationException("Pipeline.sln is in no folder above the tests.");
    }
}
