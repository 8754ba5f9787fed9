namespace Pipeline.Inference.Generation;

/// <summary>What can be said in terms of <see cref="IDecoder"/>.</summary>
public static class DecoderExtensions
{
    // What is held meanwhile grows with them; a GPU is full with fewer.
    private const int TokensTogether = 16384;

    /// <summary>Runs prompts, one row each; afterwards the logits of each one's last position can be read.</summary>
    /// <param name="decoder">The model.</param>
    /// <param name="prompts">1 to <see cref="IDecoder.MaxTokens"/> ids each, all below <see cref="IDecoder.VocabularySize"/>.</param>
    /// <param name="newTokens">How many calls of <see cref="IDecoderBatch.Append"/> room is made for.</param>
    public static IDecoderBatch Start(this IDecoder decoder, IReadOnlyList<int[]> prompts, int newTokens)
    {
        var batch = decoder.Open();
        try
        {
            batch.Reserve(prompts.Count, Math.Min(decoder.MaxTokens, prompts.Max(prompt => prompt.Length) + newTokens));
            foreach (var some in prompts.Chunk(batch.AddsTogether ? Math.Max(1, TokensTogether / prompts.Max(prompt => prompt.Length)) : 1))
            {
                batch.Add(some);
            }

            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }
}
