namespace Pipeline.Inference.Lexical;

/// <summary>
/// The cosine that <see cref="HashingEmbedder"/> approximates: of the same weighted features, none of which shares a number with another. In 1,024
/// numbers a long text meets every short query somewhere, by chance.
/// </summary>
public sealed class LexicalSimilarity
{
    private readonly Dictionary<ulong, double> _query = [];
    private readonly double _norm;

    /// <summary>Prepares a query.</summary>
    public LexicalSimilarity(string query)
    {
        var counts = new FeatureCounts(query.Length);
        try
        {
            LexicalFeatures.Collect(query, ref counts);
            for (var slot = 0; slot < counts.Capacity; slot++)
            {
                if (counts.TryGet(slot, out var feature, out var count))
                {
                    _query[feature] = HashingEmbedder.Weight(feature, count, DocumentFrequencyTable.BuiltIn);
                }
            }
        }
        finally
        {
            counts.Dispose();
        }

        _norm = Norm(_query.Values.Sum(weight => weight * weight));
    }

    /// <summary>How much of the query's words a text has, for its length.</summary>
    /// <returns>0 to 1; 0 where one of the two has no letter and no digit.</returns>
    public double With(string text)
    {
        var counts = new FeatureCounts(text.Length);
        try
        {
            LexicalFeatures.Collect(text, ref counts);
            var (product, squares) = (0.0, 0.0);
            for (var slot = 0; slot < counts.Capacity; slot++)
            {
                if (counts.TryGet(slot, out var feature, out var count))
                {
                    var weight = HashingEmbedder.Weight(feature, count, DocumentFrequencyTable.BuiltIn);
                    squares += weight * weight;
                    product += weight * _query.GetValueOrDefault(feature);
                }
            }

            return product / (_norm * Norm(squares));
        }
        finally
        {
            counts.Dispose();
        }
    }

    // Nothing has a product of 0 with everything.
    private static double Norm(double squares) => squares > 0 ? Math.Sqrt(squares) : 1;
}
