using Pipeline.Inference.Encoders;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Classification;

/// <summary>
/// Runs a sequence classifier: token ids to the probability of each class, the softmax of its scores. Safe to share between threads; a run takes the
/// threads that it was made with.
/// </summary>
public sealed class ClassifierModel : IDisposable
{
    /// <summary>Output of its graph.</summary>
    internal const string Logits = "logits";

    private readonly EncoderSession _session;

    internal ClassifierModel(string graphFile, ModelManifest manifest, ClassifierProfile profile, int threads, bool allowCpu)
    {
        Manifest = manifest;
        Profile = profile;
        _session = new(graphFile, manifest, Logits, profile.Labels.Count, threads, allowCpu);
    }

    /// <summary>What the model is.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>The classes.</summary>
    public ClassifierProfile Profile { get; }

    /// <summary>The tokens of a text; a longer one than the model takes loses its tail.</summary>
    public EncoderInput Tokenize(string text, SpecialTokens mode, ISubwordTokenizer tokenizer) =>
        EncoderInput.Create(text, mode, Profile.LowerCase, Manifest.MaxTokens, tokenizer);

    /// <summary>Classifies token sequences of any lengths.</summary>
    /// <param name="inputs">Rows of ids, special tokens included.</param>
    /// <param name="cancellationToken">Checked between runs.</param>
    /// <returns>
    /// Index and probabilities of each row, in the order of <see cref="ClassifierProfile.Labels"/>; null where a score is no finite number. Shortest rows first.
    /// </returns>
    /// <exception cref="ModelException">A row is empty, too long, or has an id out of range.</exception>
    public IEnumerable<(int Index, double[]? Probabilities)> Classify(IReadOnlyList<int[]> inputs, CancellationToken cancellationToken) =>
        _session.RunAll(inputs, _session.TokenBudget, Softmax, cancellationToken);

    /// <summary>Refuses ids that the model can't take.</summary>
    /// <exception cref="ModelException">There is none, there are too many, or one is out of range.</exception>
    public void Check(int[] ids) => _session.Check(ids);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static double[]? Softmax(ReadOnlySpan<float> scores)
    {
        var most = float.NegativeInfinity;
        foreach (var score in scores)
        {
            if (!float.IsFinite(score))
            {
                return null;
            }

            most = Math.Max(most, score);
        }

        var weights = new double[scores.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = Math.Exp((double)scores[i] - most);
        }

        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }
}
