namespace Pipeline.Contracts;

/// <summary>Names of the work queues. Each has an exchange of the same name bound to it.</summary>
public static class QueueNames
{
    /// <summary>Receives <see cref="Contracts.EmbedTexts"/>.</summary>
    public const string EmbedTexts = "embed-texts";

    /// <summary>Receives <see cref="Contracts.SummarizeTexts"/>.</summary>
    public const string SummarizeTexts = "summarize-texts";

    /// <summary>Receives <see cref="Contracts.GenerateSamples"/>.</summary>
    public const string GenerateSamples = "generate-samples";

    /// <summary>Receives <see cref="Requests.EmbedRequest"/>. No work queue: it exists while a worker listens, and what is in it is soon void.</summary>
    public const string EmbedRequests = "embed-requests";

    /// <summary>Receives <see cref="Requests.SummarizeRequest"/>; like <see cref="EmbedRequests"/>.</summary>
    public const string SummarizeRequests = "summarize-requests";

    /// <summary>Receives <see cref="Requests.ClassifyRequest"/>; like <see cref="EmbedRequests"/>.</summary>
    public const string ClassifyRequests = "classify-requests";

    /// <summary>All work queues.</summary>
    public static IReadOnlyList<string> All { get; } = [EmbedTexts, SummarizeTexts, GenerateSamples];

    /// <summary>The queue of a stage, <c>embed</c> or <c>summarize</c>.</summary>
    public static string OfStage(string stage) => stage == "embed" ? EmbedTexts : SummarizeTexts;
}
