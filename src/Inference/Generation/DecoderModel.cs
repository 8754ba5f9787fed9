using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Architectures;

namespace Pipeline.Inference.Generation;

/// <summary>A decoder whose graph the importer made; see <see cref="DecoderGraph"/>.</summary>
internal sealed class DecoderModel : IDecoder
{
    /// <param name="session">Owned.</param>
    /// <param name="shape">Of the cache.</param>
    /// <param name="vocabulary">Number of logits.</param>
    /// <param name="maxTokens">Longest sequence.</param>
    public DecoderModel(InferenceSession session, DecoderShape shape, int vocabulary, int maxTokens)
    {
        Session = session;
        Shape = shape;
        VocabularySize = vocabulary;
        MaxTokens = maxTokens;
        TakesPositions = session.InputMetadata.ContainsKey(DecoderGraph.QueryPositions);
    }

    public int VocabularySize { get; }

    public int MaxTokens { get; }

    public long CacheBytesPerToken => 2L * Shape.Layers * Shape.KvHeads * Shape.HeadSize * sizeof(float);

    public InferenceSession Session { get; }

    public DecoderShape Shape { get; }

    /// <summary>Whether the graph wants <see cref="DecoderGraph.QueryPositions"/>.</summary>
    public bool TakesPositions { get; }

    public IDecoderBatch Start(IReadOnlyList<int[]> prompts, int newTokens) => new DecoderBatch(this, prompts, newTokens);

    public void Dispose() => Session.Dispose();
}
