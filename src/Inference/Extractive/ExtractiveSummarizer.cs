namespace Pipeline.Inference.Extractive;

internal sealed class ExtractiveSummarizer(ExtractiveLimits limits) : ISummarizer
{
    public const string EngineName = "extractive";
    public const string EngineVersion = "1";

    private readonly LeadSummarizer _lead = new(limits.MaxChars);

    public IAsyncEnumerable<TextOutcome<Summary>> SummarizeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        _lead.SummarizeAsync(texts, cancellationToken);
}
