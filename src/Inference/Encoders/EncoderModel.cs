using Pipeline.Inference.Metrics;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Encoders;

/// <summary>
/// Runs an encoder: token ids to L2-normalised vectors. Safe to share between threads; on a CPU several batches run side by side.
/// </summary>
public sealed class EncoderModel : IDisposable
{
    private readonly EncoderSession _session;

    internal EncoderModel(string graphFile, ModelManifest manifest, EncoderProfile profile, int threads, bool allowCpu = false)
    {
        Profile = profile;
        MaxTokens = manifest.MaxTokens;
        Vocabulary = manifest.Vocabulary;
        _session = new(graphFile, manifest, "embedding", profile.Dimensions, threads, allowCpu);
        Turns = new(Lanes);
    }

    internal ModelMetrics Metrics => _session.Metrics;

    /// <summary>Batches that run side by side.</summary>
    public int Lanes => _session.Lanes;

    /// <summary>Tokens of one run that suit the model and where it runs.</summary>
    public int TokenBudget => _session.TokenBudget;

    /// <summary>Whose batch runs next.</summary>
    internal PriorityGate Turns { get; }

    /// <summary>Dimensions, pooling, padding.</summary>
    public EncoderProfile Profile { get; }

    /// <summary>Longest row of a batch.</summary>
    public int MaxTokens { get; }

    /// <summary>Ids are 0 to this number minus 1.</summary>
    public int Vocabulary { get; }

    /// <summary>
    /// Embeds token sequences of any lengths in batches without padding. On a CPU these are of equal length, and a vector is the same, bit for bit, whatever
    /// else is in the list; on a GPU it is so but for rounding.
    /// </summary>
    /// <param name="inputs">Rows of 1 to <see cref="MaxTokens"/> ids, special tokens included.</param>
    /// <param name="tokenBudget">Most tokens of one run; a single row may be longer.</param>
    /// <param name="cancellationToken">Checked between runs, of which <see cref="Lanes"/> are under way at a time.</param>
    /// <returns>Index and vector of each row, shortest rows first; see <see cref="Run"/> for null.</returns>
    /// <exception cref="ModelException">A row is empty, too long, or has an id out of range.</exception>
    public IEnumerable<(int Index, float[]? Vector)> Embed(IReadOnlyList<int[]> inputs, int tokenBudget, CancellationToken cancellationToken) =>
        _session.RunAll(inputs, tokenBudget, Normalise, cancellationToken);

    /// <summary>Embeds one batch.</summary>
    /// <param name="batch">Rows of one length, where the model's graph is not packed: there is no padding.</param>
    /// <returns>A vector for each row; null where the model gave none that is finite and has a direction.</returns>
    /// <exception cref="ModelException">As for <see cref="Embed"/>.</exception>
    /// <exception cref="ArgumentException">The rows differ in length, and the graph is not packed.</exception>
    public float[]?[] Run(IReadOnlyList<int[]> batch) => _session.Run(batch, Normalise);

    /// <summary>The batches that rows are run in: the indexes of each.</summary>
    internal IEnumerable<int[]> Plan(IReadOnlyList<int[]> rows) => _session.Plan(rows, TokenBudget);

    /// <summary>Refuses ids that the model can't take.</summary>
    /// <exception cref="ModelException">There is none, there are too many, or one is out of range.</exception>
    public void Check(int[] ids) => _session.Check(ids);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

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
