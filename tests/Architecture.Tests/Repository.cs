using System.Xml.Linq;

namespace Pipeline.Architecture.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static class Repository
{
    public static readonly string[] Libraries = ["Contracts", "TextMetrics", "Inference", "Storage", "ServiceDefaults"];

    public static readonly string[] Hosts = ["Ingest", "EmbedWorker", "SummarizeWorker", "Scoring", "Cli"];

    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>Folders under src with a project file.</summary>
    public static IEnumerable<string> Projects => Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, "src", project), "*.cs", SearchOption.AllDirectories);

    /// <summary>Names of our projects that a project references.</summary>
    public static IEnumerable<string> References(string project) =>
        Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));

    /// <summary>Names of the packages that a project references.</summary>
    public static IEnumerable<string> Packages(string project) => Items(project, "PackageReference");

    public static XElement Load(string path) => XDocument.Load(Path.Combine(Root, path)).Root!;

    private static IEnumerable<string> Items(string project, string kind) =>
        Load(Path.Combine("src", project, project + ".csproj")).Descendants(kind).Select(item => (string)item.Attribute("Include")!);

    private static string Find(DirectoryInfo? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pipeline.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Pipeline.sln is in no folder above the tests.");
    }
}
