using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Architectures;
using Pipeline.Inference.Attention;
using Pipeline.Inference.Cuda;
using Pipeline.Inference.Generation.Memory;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Generation;

/// <summary>A decoder whose graph the importer made; see <see cref="DecoderGraph"/>.</summary>
internal sealed class DecoderModel : IDecoder
{
    private GpuWeights? _weights;
    private PagedDecoderBatch? _idle;

    public DecoderModel(string graphFile, ModelManifest manifest, DecoderProfile profile, int threads, CudaOptions cuda)
    {
        CudaMemory? memory = null;
        var folder = Path.GetDirectoryName(graphFile)!;
        var steps = Path.Combine(folder, GraphBuilder.StepsFile);
        var hasSteps = File.Exists(steps);
        if (manifest.Target == ModelTarget.Cuda && !PagedInputs.AreIn(graphFile))
        {
            throw new ModelException($"'{manifest.Name}' was imported for cuda by an earlier version, whose graphs can't be run any more. Import it again.");
        }

        try
        {
            (Session, var device) = Open(graphFile, cuda.RepeatSteps && !hasSteps, manifest.Target, cuda.AllowCpu);
            Memory = device == ModelTarget.Cuda ? memory! : HostMemory.Instance;
            if (device == ModelTarget.Cpu)
            {
                // Where the GPU was tried first, they lie there in vain.
                _weights?.Dispose();
                _weights = null;
            }

            // Both at the same place.
            Steps = hasSteps ? Open(steps, cuda.RepeatSteps, device, allowCpu: false).Session : Session;
        }
        catch
        {
            Session?.Dispose();
            _weights?.Dispose();
            throw;
        }

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
        Cache = IsPaged
            ? new(key.ElementDataType, 2 * profile.Layers, 1, key.Dimensions[^1] * key.Dimensions[^2], key.Dimensions[1])
            : new(key.ElementDataType, 2 * profile.Layers, profile.KvHeads, key.Dimensions[^1], ReturnsCache ? 1 : QuantizedCache.BlockTokens);

        (InferenceSession Session, ModelTarget Device) Open(string file, bool repeats, ModelTarget target, bool allowCpu) =>
            OnnxSession.Open(file, threads, target, allowCpu, () =>
            {
                memory ??= CudaMemory.Open();
                _weights ??= hasSteps ? GpuWeights.Load(Path.Combine(folder, GraphBuilder.DataFile), memory) : null;
                return new(memory.Stream, repeats, _weights);
            });
    }

    public int VocabularySize { get; }

    public int MaxTokens { get; }

    public long CacheBytesPerToken => Cache.TokenBytes;

    public int CacheTokensTogether => IsPaged ? Cache.Block : 1;

    public long? FreeBytes => Memory.FreeBytes;

    public InferenceSession Session { get; }

    /// <summary>What runs the steps; the same, or a graph that takes one token of each row.</summary>
    public InferenceSession Steps { get; }

    public DecoderProfile Profile { get; }

    /// <summary>Where keys, values and logits lie.</summary>
    public DecoderMemory Memory { get; }

    /// <summary>What keys and values are like.</summary>
    public CacheShape Cache { get; }

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
        Steps.Dispose();
        _weights?.Dispose();
    }
}
