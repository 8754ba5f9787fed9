using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Metrics;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Encoders;

/// <summary>
/// Runs an encoder: token ids to L2-normalised vectors. Safe to share between threads. On a CPU a run takes one thread and several batches run side by side:
/// they need not wait for each other at every operator.
/// </summary>
public sealed class EncoderModel : IDisposable
{
    /// <summary>Tokens of one run. More together gain nothing, and what a run of a BERT-large holds meanwhile is some 50 MB.</summary>
    public const int DefaultTokenBudget = 1024;

    private static readonly string[] _inputs = ["input_ids", "attention_mask"];
    private static readonly string[] _outputs = ["embedding"];

    private readonly InferenceSession _session;
    private readonly string _name;

    internal EncoderModel(string graphFile, ModelManifest manifest, EncoderProfile profile, int threads, bool allowCpu = false)
    {
        _name = manifest.Name;
        Metrics = new(manifest.Name);
        Profile = profile;
        MaxTokens = manifest.MaxTokens;
        Vocabulary = manifest.Vocabulary;
        (_session, var device) = OnnxSession.Open(graphFile, threads: 1, manifest.Target, allowCpu);
        Lanes = device != ModelTarget.Cpu ? 1 : threads > 0 ? threads : Environment.ProcessorCount;
        Turns = new(Lanes);
    }

    internal ModelMetrics Metrics { get; }

    /// <summary>Batches that run side by side.</summary>
    public int Lanes { get; }

    /// <summary>Whose batch runs next.</summary>
    internal PriorityGate Turns { get; }

    /// <summary>Dimensions, pooling, padding.</summary>
    public EncoderProfile Profile { get; }

    /// <summary>Longest row of a batch.</summary>
    public int MaxTokens { get; }

    /// <summary>Ids are 0 to this number minus 1.</summary>
    public int Vocabulary { get; }

    /// <summary>
    /// Embeds token sequences of any lengths in batches of equal length, so that nothing is padded: a vector is the same, bit for bit,
    /// whatever else is in the list.
    /// </summary>
    /// <param name="inputs">Rows of 1 to <see cref="MaxTokens"/> ids, special tokens included.</param>
    /// <param name="tokenBudget">Most tokens of one run; a single row may be longer.</param>
    /// <param name="cancellationToken">Checked between runs, of which <see cref="Lanes"/> are under way at a time.</param>
    /// <returns>Index and vector of each row, shortest rows first; see <see cref="Run"/> for null.</returns>
    /// <exception cref="ModelException">A row is empty, too long, or has an id out of range.</exception>
    public IEnumerable<(int Index, float[]? Vector)> Embed(IReadOnlyList<int[]> inputs, int tokenBudget, CancellationToken cancellationToken)
    {
        var running = new Queue<(int[] Batch, Task<float[]?[]> Run)>();
        try
        {
            foreach (var batch in EqualLengthBatches.Plan(inputs, tokenBudget))
            {
                cancellationToken.ThrowIfCancellationRequested();
                running.Enqueue((batch, Task.Run(() => Run([.. batch.Select(index => inputs[index])]), CancellationToken.None)));
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

        IEnumerable<(int, float[]?)> Take()
        {
            var (batch, run) = running.Dequeue();
            return batch.Zip(run.GetAwaiter().GetResult());
        }
    }

    /// <summary>Embeds one batch.</summary>
    /// <param name="batch">Rows of one length: there is no padding.</param>
    /// <returns>A vector for each row; null where the model gave none that is finite and has a direction.</returns>
    /// <exception cref="ModelException">As for <see cref="Embed"/>.</exception>
    /// <exception cref="ArgumentException">The rows differ in length.</exception>
    public float[]?[] Run(IReadOnlyList<int[]> batch)
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
        var embedding = results[0].GetTensorDataAsSpan<float>();
        var vectors = new float[]?[batch.Count];
        for (var row = 0; row < batch.Count; row++)
        {
            vectors[row] = Normalise(embedding.Slice(row * Profile.Dimensions, Profile.Dimensions));
        }

        return vectors;
    }

    /// <summary>Refuses ids that the model can't take.</summary>
    /// <exception cref="ModelException">There is none, there are too many, or one is out of range.</exception>
    public void Check(int[] ids)
    {
        if (ids.Length == 0 || ids.Length > MaxTokens)
        {
            throw new ModelException($"The model '{_name}' takes 1 to {MaxTokens} tokens; {ids.Length} were given.");
        }

        foreach (var id in ids)
        {
            if (id < 0 || id >= Vocabulary)
            {
                throw new ModelException($"The model '{_name}' has ids 0 to {Vocabulary - 1}; {id} was given.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private IDisposableReadOnlyCollection<OrtValue> RunGraph(RunOptions options, OrtValue ids, OrtValue mask)
    {
        using var timing = Metrics.Measure(InferenceStage.Read);
        return _session.Run(options, _inputs, [ids, mask], _outputs);
    }

    private static float[]? Normalise(ReadOnlySpan<float> values)
    {
        var squares = 0.0;
        foreach (var value in values)
        {
            squares += (double)value * value;
        }

        if (squares is not > 0 || !double.IsFinite(squares))
        {
            return null;
        }

        var norm = Math.Sqrt(squares);
        var vector = new float[values.Length];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(values[i] / norm);
        }

        return vector;
    }
}
