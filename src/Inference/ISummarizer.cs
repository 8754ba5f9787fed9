namespace Pipeline.Inference;

/// <summary>Summarises texts. Implementations are safe to share between threads.</summary>
public interface ISummarizer
{
    /// <summary>Streams one outcome per text, as they settle and in any order.</summary>
    /// <param name="texts">The sources; a text's outcome does not depend on the others.</param>
    /// <param name="cancellationToken">Ends the stream with <see cref="OperationCanceledException"/>.</param>
    IAsyncEnumerable<TextOutcome<Summary>> SummarizeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);
}
