using System.Buffers;

namespace Pipeline.Inference.Lexical;

/// <summary>
/// Lexical vectors without weights: character n-gram TF-IDF, hashed with signs into 1024 buckets (Weinberger et al. 2009,
/// "Feature hashing for large scale multitask learning"). Texts are near when they share words, not when they share a meaning.
/// </summary>
internal sealed class HashingEmbedder(DocumentFrequencyTable frequencies) : IEmbedder
{
    public const string EngineName = "hashing";

    /// <summary>Covers the features and their weights too: see <see cref="LexicalFeatures"/>.</summary>
    public const string EngineVersion = "1";

    public const int VectorLength = 1024;

    private const int IndexMask = VectorLength - 1;
    private const int SignShift = 32;

    /// <summary>Saturation of the term frequency as in BM25: rational, so that every machine rounds it alike.</summary>
    private const double Saturation = 1.5;

    public int Dimensions => VectorLength;

    public IAsyncEnumerable<TextOutcome<Embedding>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        TextByText.RunAsync<Embedding>(texts, Settle, cancellationToken);

    /// <summary>What a feature counts for in a text that has it so often.</summary>
    public static double Weight(ulong feature, double count, DocumentFrequencyTable frequencies) =>
        count * (Saturation + 1) / (count + Saturation) * frequencies.Weight(feature);

    private TextOutcome<Embedding> Settle(int index, string text)
    {
        var counts = new FeatureCounts(text.Length);
        try
        {
            LexicalFeatures.Collect(text, ref counts);
            return counts.Count == 0
                ? new(index, null, new("no-words", $"The text has no letter and no digit in {text.Length} characters."))
                : new(index, new(Project(ref counts)), null);
        }
        finally
        {
            counts.Dispose();
        }
    }

    private float[] Project(ref FeatureCounts counts)
    {
        var sums = ArrayPool<double>.Shared.Rent(VectorLength);
        var norm = Sum(ref counts, sums, signed: true);

        // Few features of one bucket and opposite signs can cancel exactly; without signs they cannot.
        if (norm <= 0)
        {
            norm = Sum(ref counts, sums, signed: false);
        }

        var vector = new float[VectorLength];
        for (var i = 0; i < VectorLength; i++)
        {
            vector[i] = (float)(sums[i] / norm);
        }

        ArrayPool<double>.Shared.Return(sums);
        return vector;
    }

    private double Sum(ref FeatureCounts counts, double[] sums, bool signed)
    {
        Array.Clear(sums, 0, VectorLength);
        for (var slot = 0; slot < counts.Capacity; slot++)
        {
            if (counts.TryGet(slot, out var hash, out var count))
            {
                var weight = Weight(hash, count, frequencies);
                sums[hash & IndexMask] += signed && ((hash >> SignShift) & 1) != 0 ? -weight : weight;
            }
        }

        var squares = 0.0;
        for (var i = 0; i < VectorLength; i++)
        {
            squares += sums[i] * sums[i];
        }

        return Math.Sqrt(squares);
    }
}
