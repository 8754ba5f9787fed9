namespace Pipeline.Inference.Extractive;

internal sealed class TitleSummarizer(int maxChars) : ISummarizer
{
    public const string EngineName = "extractive-title";
    public const string EngineVersion = "1";

    private readonly LeadSummarizer _lead = new(maxChars);

    public IAsyncEnumerable<TextOutcome<Summary>> SummarizeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        _lead.SummarizeAsync(texts, cancellationToken);
}
