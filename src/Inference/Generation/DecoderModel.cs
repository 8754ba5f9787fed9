using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Architectures;
using Pipeline.Inference.Attention;
using Pipeline.Inference.Generation.Memory;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Generation;

/// <summary>A decoder whose graph the importer made; see <see cref="DecoderGraph"/>.</summary>
internal sealed class DecoderModel : IDecoder
{
    private PagedDecoderBatch? _idle;

    public DecoderModel(string graphFile, ModelManifest manifest, DecoderProfile profile, int threads, CudaOptions cuda)
    {
        if (manifest.Target == ModelTarget.Cuda && !PagedInputs.AreIn(graphFile))
        {
            throw new ModelException($"'{manifest.Name}' was imported for cuda by an earlier version, whose graphs can't be run any more. Import it again.");
        }

        CudaMemory? memory = null;
        (Session, var device) = OnnxSession.Open(graphFile, threads, manifest.Target, cuda.AllowCpu, () =>
        {
            memory = CudaMemory.Open();
            return new(memory.Stream, cuda.RepeatSteps);
        });
        Memory = device == ModelTarget.Cuda ? memory! : HostMemory.Instance;
        RepeatsSteps = cuda.RepeatSteps;
        Profile = profile;
        VocabularySize = manifest.Vocabulary;
        MaxTokens = manifest.MaxTokens;
        TakesPositions = Session.InputMetadata.ContainsKey(DecoderGraph.QueryPositions);
        LogitsType = Session.OutputMetadata[DecoderGraph.Logits].ElementDataType;
        Chooses = Session.OutputMetadata.ContainsKey(DecoderGraph.BestIds);
        ReturnsCache = Session.OutputMetadata.ContainsKey(DecoderGraph.PresentKey(0));
        IsPaged = Session.InputMetadata.ContainsKey(PagedInputs.BlockTableName);
        var key = Session.InputMetadata[DecoderGraph.PastKey(0)];
        HeadWidth = key.Dimensions[^1];
        Cache = IsPaged
            ? new(key.ElementDataType, 2 * profile.Layers, 1, HeadWidth * key.Dimensions[^2], key.Dimensions[1])
            : new(key.ElementDataType, 2 * profile.Layers, profile.KvHeads, HeadWidth, ReturnsCache ? 1 : QuantizedCache.BlockTokens);
    }

    public int VocabularySize { get; }

    public int MaxTokens { get; }

    public long CacheBytesPerToken => Cache.TokenBytes;

    public int CacheTokensTogether => IsPaged ? Cache.Block : 1;

    public long? FreeBytes => Memory.FreeBytes;

    public InferenceSession Session { get; }

    public DecoderProfile Profile { get; }

    /// <summary>Where keys, values and logits lie.</summary>
    public DecoderMemory Memory { get; }

    /// <summary>What keys and values are like.</summary>
    public CacheShape Cache { get; }

    /// <summary>Numbers of a token of a head in them, a scale among them where they have one.</summary>
    public int HeadWidth { get; }

    /// <summary>Whether the graph returns keys and values and wants <see cref="DecoderGraph.TotalLength"/>; else it changes those that it is given.</summary>
    public bool ReturnsCache { get; }

    /// <summary>Whether keys and values lie in blocks, and tokens one behind the other; see <see cref="PagedInputs"/>.</summary>
    public bool IsPaged { get; }

    /// <summary>Whether steps of few rows are recorded once and repeated; see <see cref="RepeatedStep"/>.</summary>
    public bool RepeatsSteps { get; }

    /// <summary>Whether the graph wants <see cref="DecoderGraph.QueryPositions"/>.</summary>
    public bool TakesPositions { get; }

    /// <summary>Type of the logits.</summary>
    public TensorElementType LogitsType { get; }

    /// <summary>Whether the graph gives <see cref="DecoderGraph.BestIds"/> and what belongs to them.</summary>
    public bool Chooses { get; }

    public IDecoderBatch Open() => IsPaged ? Interlocked.Exchange(ref _idle, null) ?? new PagedDecoderBatch(this) : new DecoderBatch(this);

    /// <summary>Keeps a batch for whoever opens the next one: its steps have been recorded, for the memory that it has.</summary>
    /// <returns>False when another is kept.</returns>
    public bool Keep(PagedDecoderBatch batch) => Interlocked.CompareExchange(ref _idle, batch, null) is null;

    public void Dispose()
    {
        Interlocked.Exchange(ref _idle, null)?.Release();
        Session.Dispose();
    }
}
