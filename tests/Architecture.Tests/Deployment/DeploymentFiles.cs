namespace Pipeline.Architecture.Tests.Deployment;

/// <summary>What lies in <c>deploy</c>, and what it has to agree with.</summary>
internal static class DeploymentFiles
{
    public const string Port = "8080";

    /// <summary>Image name and project of each program.</summary>
    public static readonly IReadOnlyDictionary<string, string> Images = new Dictionary<string, string>
    {
        ["pipeline-ingest"] = "Ingest", ["pipeline-embed-worker"] = "EmbedWorker", ["pipeline-summarize-worker"] = "SummarizeWorker",
        ["pipeline-scoring"] = "Scoring", ["pipeline-cli"] = "Cli",
    };

    /// <summary>The product's version, which is the images' tag.</summary>
    public static string Version => (string)Repository.Load("Directory.Build.props").Descendants("Version").Single();

    /// <summary>The source of what every service does at its start.</summary>
    public static string HostSource => File.ReadAllText(In("src/ServiceDefaults/PipelineHost.cs"));

    /// <summary>A path inside the repository.</summary>
    public static string In(string path) => Path.Combine(Repository.Root, path);
}
