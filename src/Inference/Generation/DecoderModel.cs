using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Architectures;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Generation;

/// <summary>A decoder whose graph the importer made; see <see cref="DecoderGraph"/>.</summary>
internal sealed class DecoderModel : IDecoder
{
    public DecoderModel(string graphFile, ModelManifest manifest, DecoderProfile profile, int threads)
    {
        Session = OnnxSession.Open(graphFile, threads);
        Profile = profile;
        VocabularySize = manifest.Vocabulary;
        MaxTokens = manifest.MaxTokens;
        TakesPositions = Session.InputMetadata.ContainsKey(DecoderGraph.QueryPositions);
    }

    public int VocabularySize { get; }

    public int MaxTokens { get; }

    public long CacheBytesPerToken => 2L * Profile.Layers * Profile.KvHeads * Profile.HeadSize * sizeof(float);

    public InferenceSession Session { get; }

    public DecoderProfile Profile { get; }

    /// <summary>Whether the graph wants <see cref="DecoderGraph.QueryPositions"/>.</summary>
    public bool TakesPositions { get; }

    public IDecoderBatch Open() => new DecoderBatch(this);

    public void Dispose() => Session.Dispose();
}
