namespace Pipeline.Inference.Generation;

/// <summary>A model that maps token sequences to logits of the next token. Safe to share between threads.</summary>
public interface IDecoder : IDisposable
{
    /// <summary>Number of logits; ids are 0 to this minus 1.</summary>
    int VocabularySize { get; }

    /// <summary>Longest sequence, prompt and new tokens together.</summary>
    int MaxTokens { get; }

    /// <summary>Bytes of key/value cache that each token of a row takes.</summary>
    long CacheBytesPerToken { get; }

    /// <summary>Runs the prompts; afterwards the logits of each one's last position can be read.</summary>
    /// <param name="prompts">One row each; 1 to <see cref="MaxTokens"/> ids, each below <see cref="VocabularySize"/>.</param>
    /// <param name="newTokens">Highest number of <see cref="IDecoderBatch.Append"/> calls; room is reserved for them.</param>
    IDecoderBatch Start(IReadOnlyList<int[]> prompts, int newTokens);
}
