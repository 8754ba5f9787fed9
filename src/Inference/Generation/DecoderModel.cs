using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Architectures;
using Pipeline.Inference.Attention;
using Pipeline.Inference.Generation.Memory;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Generation;

/// <summary>A decoder whose graph the importer made; see <see cref="DecoderGraph"/>.</summary>
internal sealed class DecoderModel : IDecoder
{
    public DecoderModel(string graphFile, ModelManifest manifest, DecoderProfile profile, int threads, bool allowCpu = false)
    {
        (Session, var device) = OnnxSession.Open(graphFile, threads, manifest.Target, allowCpu);
        try
        {
            Memory = device == ModelTarget.Cuda ? CudaMemory.Open() : HostMemory.Instance;
        }
        catch
        {
            Session.Dispose();
            throw;
        }

        Profile = profile;
        VocabularySize = manifest.Vocabulary;
        MaxTokens = manifest.MaxTokens;
        TakesPositions = Session.InputMetadata.ContainsKey(DecoderGraph.QueryPositions);
        Chooses = Session.OutputMetadata.ContainsKey(DecoderGraph.BestIds);
        ReturnsCache = Session.OutputMetadata.ContainsKey(DecoderGraph.PresentKey(0));
        IsPaged = Session.InputMetadata.ContainsKey(PagedInputs.BlockTableName);
        var key = Session.InputMetadata[DecoderGraph.PastKey(0)];
        Cache = IsPaged
            ? new(key.ElementDataType, 2 * profile.Layers, 1, key.Dimensions[^1] * key.Dimensions[^2], key.Dimensions[1])
            : new(key.ElementDataType, 2 * profile.Layers, profile.KvHeads, key.Dimensions[^1], ReturnsCache ? 1 : QuantizedCache.BlockTokens);
    }

    public int VocabularySize { get; }

    public int MaxTokens { get; }

    public long CacheBytesPerToken => Cache.TokenBytes;

    public long? FreeBytes => Memory.FreeBytes;

    public InferenceSession Session { get; }

    public DecoderProfile Profile { get; }

    /// <summary>Where keys, values and logits lie.</summary>
    public DecoderMemory Memory { get; }

    /// <summary>What keys and values are like.</summary>
    public CacheShape Cache { get; }

    /// <summary>Whether the graph returns keys and values and wants <see cref="DecoderGraph.TotalLength"/>; else it changes those that it is given.</summary>
    public bool ReturnsCache { get; }

    /// <summary>Whether keys and values lie in blocks, and tokens one behind the other; see <see cref="PagedInputs"/>.</summary>
    public bool IsPaged { get; }

    /// <summary>Whether the graph wants <see cref="DecoderGraph.QueryPositions"/>.</summary>
    public bool TakesPositions { get; }

    /// <summary>Whether the graph gives <see cref="DecoderGraph.BestIds"/> and what belongs to them.</summary>
    public bool Chooses { get; }

    public IDecoderBatch Open() => IsPaged ? new PagedDecoderBatch(this) : new DecoderBatch(this);

    public void Dispose() => Session.Dispose();
}
