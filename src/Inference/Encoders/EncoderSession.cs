using Microsoft.ML.OnnxRuntime;
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
    private static readonly string[] s_inputs = ["input_ids", "attention_mask"];

    private readonly InferenceSession _session;
    private readonly ModelManifest _manifest;
    private readonly string[] _outputs;
    private readonly int _columns;

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
        Lanes = device != ModelTarget.Cpu ? 1 : threads > 0 ? threads : Environment.ProcessorCount;
    }

    /// <summary>Batches that run side by side.</summary>
    public int Lanes { get; }

    public ModelMetrics Metrics { get; }

    /// <summary>Runs sequences of any lengths in batches of equal length, so that nothing is padded; the index and result of each, shortest first.</summary>
    /// <exception cref="ModelException">As for <see cref="Check"/>.</exception>
    public IEnumerable<(int Index, T Result)> RunAll<T>(
        IReadOnlyList<int[]> inputs, int tokenBudget, Func<ReadOnlySpan<float>, T> read, CancellationToken cancellationToken)
    {
        var running = new Queue<(int[] Batch, Task<T[]> Run)>();
        try
        {
            foreach (var batch in EqualLengthBatches.Plan(inputs, tokenBudget))
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

    /// <summary>Runs rows of one length.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="read">Makes a result of a text's numbers, which are gone afterwards.</param>
    /// <exception cref="ModelException">As for <see cref="Check"/>.</exception>
    /// <exception cref="ArgumentException">The rows differ in length.</exception>
    public T[] Run<T>(IReadOnlyList<int[]> batch, Func<ReadOnlySpan<float>, T> read)
    {
        if (batch.Count == 0)
        {
            return [];
        }

        var width = batch[0].Length;
        var ids = new long[batch.Count * width];
        var mask = new long[ids.Length];
        Array.Fill(mask, 1);
        for (var row = 0; row < batch.Count; row++)
        {
            Check(batch[row]);
            if (batch[row].Length != width)
            {
                throw new ArgumentException($"Row {row} has {batch[row].Length} tokens and row 0 has {width}.", nameof(batch));
            }

            for (var i = 0; i < width; i++)
            {
                ids[(row * width) + i] = batch[row][i];
            }
        }

        using var idsValue = OrtValue.CreateTensorValueFromMemory(ids, [batch.Count, width]);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(mask, [batch.Count, width]);
        using var options = new RunOptions();
        using var results = RunGraph(options, idsValue, maskValue);
        Metrics.Read(ids.Length);
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

    private IDisposableReadOnlyCollection<OrtValue> RunGraph(RunOptions options, OrtValue ids, OrtValue mask)
    {
        using var timing = Metrics.Measure(InferenceStage.Read);
        return _session.Run(options, s_inputs, [ids, mask], _outputs);
    }
}
