using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Architectures;
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
        CacheType = Session.InputMetadata[DecoderGraph.PastKey(0)].ElementDataType;
    }

    public int VocabularySize { get; }

    public int MaxTokens { get; }

    public long CacheBytesPerToken => 2L * Profile.Layers * Profile.KvHeads * Profile.HeadSize * DecoderMemory.ElementBytes(CacheType);

    public long? FreeBytes => Memory.FreeBytes;

    public InferenceSession Session { get; }

    public DecoderProfile Profile { get; }

    /// <summary>Where keys, values and logits lie.</summary>
    public DecoderMemory Memory { get; }

    /// <summary>Type of keys and values.</summary>
    public TensorElementType CacheType { get; }

    /// <summary>Whether the graph wants <see cref="DecoderGraph.QueryPositions"/>.</summary>
    public bool TakesPositions { get; }

    /// <summary>Whether the graph gives <see cref="DecoderGraph.BestIds"/> and what belongs to them.</summary>
    public bool Chooses { get; }

    public IDecoderBatch Open() => new DecoderBatch(this);

    public void Dispose() => Session.Dispose();
}
