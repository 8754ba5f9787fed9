using Pipeline.ServiceDefaults;

namespace Pipeline.EmbedWorker;

/// <summary>How the worker that embeds texts works. Section <c>Pipeline:EmbedWorker</c>.</summary>
public sealed class EmbedWorkerOptions : WorkerOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Pipeline:EmbedWorker";
}
