namespace Pipeline.Inference.Tests;

/// <summary>Runs an engine over texts and returns the outcomes in input order.</summary>
internal static class Outcomes
{
    public static async Task<TextOutcome<Summary>[]> Of(ISummarizer summarizer, params IReadOnlyList<string> texts) =>
        await InOrder(summarizer.SummarizeAsync(texts, TestContext.Current.CancellationToken), texts.Count);

    public static async Task<TextOutcome<Embedding>[]> Of(IEmbedder embedder, params IReadOnlyList<string> texts) =>
        await InOrder(embedder.EmbedAsync(texts, TestContext.Current.CancellationToken), texts.Count);

    private static async Task<TextOutcome<T>[]> InOrder<T>(IAsyncEnumerable<TextOutcome<T>> stream, int count)
        where T : class
    {
        var outcomes = new TextOutcome<T>[count];
        var seen = new HashSet<int>();
        await foreach (var outcome in stream)
        {
            Assert.True(seen.Add(outcome.Index));
            Assert.True(outcome.Value is null != outcome.Failure is null);
            outcomes[outcome.Index] = outcome;
        }

        Assert.Equal(count, seen.Count);
        return outcomes;
    }
}
