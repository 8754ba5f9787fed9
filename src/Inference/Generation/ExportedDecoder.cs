using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Generation;

/// <summary>
/// A decoder in the form in which Optimum exports it: inputs input_ids, attention_mask, perhaps position_ids, and past_key_values.N.key and
/// .value; outputs logits of every token and present.N.key and .value. Rows are padded on the left, and a step copies the cache, so it is
/// slower than a graph of our own, and a text's bits may depend on its batch.
/// </summary>
internal sealed class ExportedDecoder : IDecoder
{
    public const string InputIds = "input_ids";
    public const string AttentionMask = "attention_mask";
    public const string PositionIds = "position_ids";
    public const string Logits = "logits";

    public ExportedDecoder(string graphFile, ModelManifest manifest, DecoderProfile profile, int threads)
    {
        Session = OnnxSession.Open(graphFile, threads);
        Profile = profile;
        VocabularySize = manifest.Vocabulary;
        MaxTokens = manifest.MaxTokens;
        Caches = ExportedCache.Of(Session.InputMetadata, profile.Layers);
        CacheType = Session.InputMetadata[Caches[0].Past].ElementDataType;
        TakesPositions = Session.InputMetadata.ContainsKey(PositionIds);
    }

    public int VocabularySize { get; }

    public int MaxTokens { get; }

    /// <summary>Twice what lies in the cache: during a step there is the old one and the new one.</summary>
    public long CacheBytesPerToken =>
        2L * Caches.Length * Profile.KvHeads * Profile.HeadSize * (CacheType == TensorElementType.Float16 ? sizeof(ushort) : sizeof(float));

    /// <summary>Most logits of one run. The graph gives those of every token, so prompts run in pieces; by default these take 256 MB.</summary>
    public long LogitsOfRun { get; init; } = 1 << 26;

    public InferenceSession Session { get; }

    public DecoderProfile Profile { get; }

    public ImmutableArray<ExportedCache> Caches { get; }

    public TensorElementType CacheType { get; }

    /// <summary>Whether the graph wants <see cref="PositionIds"/>.</summary>
    public bool TakesPositions { get; }

    public IDecoderBatch Open() => new ExportedDecoderBatch(this);

    public void Dispose() => Session.Dispose();
}
