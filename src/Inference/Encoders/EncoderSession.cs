using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Cuda;
using Pipeline.Inference.Architectures;
using Pipeline.Inference.Metrics;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Encoders;

/// <summary>
/// Runs the graph of an encoder: token ids to one row of numbers for each text, whatever they mean. Safe to share between threads. On a CPU a run takes one
/// thread and several batches run side by side: they need not wait for each other at every operator.
/// </summary>
internal sealed class EncoderSession : IDisposable
{
    // Packed, on a GPU: matrices of so many rows use all of it, and its work takes longer than starting it does. In fp16 the values of a BERT-large's layer
    // are 0.5 GB then.
    private const int PackedTokenBudget = 16_384;

    // More together gain nothing on a CPU, and what a run of a BERT-large holds meanwhile is some 50 MB.
    private const int CpuTokenBudget = 1024;

    // While one batch of a GPU runs, the inputs of the next are made and the results of the last are read.
    private const int PackedLanes = 2;

    private readonly InferenceSession _session;
    private readonly ModelManifest _manifest;
    private readonly string[] _outputs;
    private readonly int _columns;
    private readonly bool _isPacked;
    private readonly bool _isOnGpu;

    /// <param name="graphFile">The graph.</param>
    /// <param name="manifest">What the model is.</param>
    /// <param name="output">The output that is read, float32 [batch, columns].</param>
    /// <param name="columns">Numbers of each text.</param>
    /// <param name="threads">Runs of one thread side by side on a CPU; 0 takes one for each core.</param>
    /// <param name="allowCpu">Where there is no GPU, a graph for one runs on the CPU.</param>
    public EncoderSession(string graphFile, ModelManifest manifest, string output, int columns, int threads, bool allowCpu)
    {
        _manifest = manifest;
        _outputs = [output];
        _columns = columns;
        Metrics = new(manifest.Name);
        (_session, var device) = OnnxSession.Open(graphFile, threads: 1, manifest.Target, allowCpu);
        _isOnGpu = device == ModelTarget.Cuda;
        _isPacked = _session.InputMetadata.ContainsKey(PackedInputs.CumulativeLengthsName);
        (Lanes, TokenBudget) = (device, _isPacked) switch
        {
            (ModelTarget.Cpu, _) => (threads > 0 ? threads : Environment.ProcessorCount, CpuTokenBudget),
            (_, true) => (PackedLanes, PackedTokenBudget),
            _ => (1, CpuTokenBudget),
        };
    }

    /// <summary>Batches that run side by side.</summary>
    public int Lanes { get; }

    /// <summary>Tokens of one run that suit the graph and where it runs.</summary>
    public int TokenBudget { get; }

    public ModelMetrics Metrics { get; }

    /// <summary>Batches in which nothing is padded: of equal length, or packed. Shortest rows first.</summary>
    public IEnumerable<int[]> Plan(IReadOnlyList<int[]> rows, int tokenBudget) =>
        _isPacked ? PackedBatches.Plan(rows, tokenBudget) : EqualLengthBatches.Plan(rows, tokenBudget);

    /// <summary>Runs sequences of any lengths in the batches of <see cref="Plan"/>; the index and result of each.</summary>
    /// <exception cref="ModelException">As for <see cref="Check"/>.</exception>
    public IEnumerable<(int Index, T Result)> RunAll<T>(
        IReadOnlyList<int[]> inputs, int tokenBudget, Func<ReadOnlySpan<float>, T> read, CancellationToken cancellationToken)
    {
        var running = new Queue<(int[] Batch, Task<T[]> Run)>();
        try
        {
            foreach (var batch in Plan(inputs, tokenBudget))
            {
                cancellationToken.ThrowIfCancellationRequested();
                running.Enqueue((batch, Task.Run(() => Run([.. batch.Select(index => inputs[index])], read), CancellationToken.None)));
                if (running.Count == Lanes)
                {
                    foreach (var row in Take())
                    {
                        yield return row;
                    }
                }
            }

            while (running.Count > 0)
            {
                foreach (var row in Take())
                {
                    yield return row;
                }
            }
        }
        finally
        {
            // Where one has failed, or nobody wants the rest, the others still use the model.
            Task.WhenAll(running.Select(other => other.Run)).ContinueWith(static _ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }

        IEnumerable<(int, T)> Take()
        {
            var (batch, run) = running.Dequeue();
            return batch.Zip(run.GetAwaiter().GetResult());
        }
    }

    /// <summary>Runs a batch.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="read">Makes a result of a text's numbers, which are gone afterwards.</param>
    /// <exception cref="ModelException">As for <see cref="Check"/>.</exception>
    /// <exception cref="ArgumentException">The rows differ in length, and the graph is not packed.</exception>
    public T[] Run<T>(IReadOnlyList<int[]> batch, Func<ReadOnlySpan<float>, T> read)
    {
        if (batch.Count == 0)
        {
            return [];
        }

        foreach (var row in batch)
        {
            Check(row);
        }

        using var options = new RunOptions();
        using var results = RunGraph(options, batch);
        Metrics.Read(batch.Sum(row => row.Length));
        Metrics.Ran(batch.Count, padding: 0);
        var numbers = results[0].GetTensorDataAsSpan<float>();
        var rows = new T[batch.Count];
        for (var row = 0; row < batch.Count; row++)
        {
            rows[row] = read(numbers.Slice(row * _columns, _columns));
        }

        return rows;
    }

    /// <summary>Refuses ids that the model can't take.</summary>
    /// <exception cref="ModelException">There is none, there are too many, or one is out of range.</exception>
    public void Check(int[] ids)
    {
        if (ids.Length == 0 || ids.Length > _manifest.MaxTokens)
        {
            throw new ModelException($"The model '{_manifest.Name}' takes 1 to {_manifest.MaxTokens} tokens; {ids.Length} were given.");
        }

        foreach (var id in ids)
        {
            if (id < 0 || id >= _manifest.Vocabulary)
            {
                throw new ModelException($"The model '{_manifest.Name}' has ids 0 to {_manifest.Vocabulary - 1}; {id} was given.");
            }
        }
    }

    public void Dispose() => _session.Dispose();

    private IDisposableReadOnlyCollection<OrtValue> RunGraph(RunOptions options, IReadOnlyList<int[]> batch)
    {
        var inputs = _isPacked ? EncoderFeed.Packed(batch) : EncoderFeed.Padded(batch);
        try
        {
            using var timing = Metrics.Measure(InferenceStage.Read);
            return _isOnGpu ? CudaTurns.Share(Run) : Run();
        }
        finally
        {
            Array.ForEach(inputs, input => input.Dispose());
        }

        IDisposableReadOnlyCollection<OrtValue> Run() =>
            _session.Run(options, _isPacked ? EncoderFeed.PackedNames : EncoderFeed.PaddedNames, inputs, _outputs);
    }
}
