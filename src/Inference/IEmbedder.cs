namespace Pipeline.Inference;

/// <summary>Embeds texts. Implementations are safe to share between threads.</summary>
public interface IEmbedder
{
    /// <summary>Length of every vector.</summary>
    int Dimensions { get; }

    /// <summary>Streams one outcome per text, as they settle and in any order.</summary>
    /// <param name="texts">The sources; a text's vector does not depend on the others.</param>
    /// <param name="cancellationToken">Ends the stream with <see cref="OperationCanceledException"/>.</param>
    IAsyncEnumerable<TextOutcome<Embedding>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);
}
