using Pipeline.ServiceDefaults;

namespace Pipeline.SummarizeWorker;

/// <summary>How the worker that summarises texts works. Section <c>Pipeline:SummarizeWorker</c>.</summary>
public sealed class SummarizeWorkerOptions : WorkerOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Pipeline:SummarizeWorker";
}
