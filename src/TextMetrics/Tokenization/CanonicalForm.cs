using System.Buffers;

namespace Pipeline.TextMetrics.Tokenization;

/// <summary>
/// The canonical normalization forms (UAX #15), C and D, from a table in this assembly (Unicode 14), in pieces so that a caller can keep
/// track of which source text a result comes from. Works in invariant globalization mode, where <c>string.Normalize</c> does not.
/// </summary>
public static class CanonicalForm
{
    /// <summary>The most code points that one decomposes into.</summary>
    public const int LongestDecomposition = 4;

    /// <summary>How many times longer a text can get in form C, in UTF-16 units (U+FB2C becomes three).</summary>
    public const int LargestGrowth = 3;

    /// <summary>
    /// Writes the full canonical decomposition of one code point and returns its length. <paramref name="target"/> needs room for
    /// <see cref="LongestDecomposition"/>.
    /// </summary>
    public static int Decompose(int codePoint, Span<int> target) => NormalizationTable.DecomposeCanonically(codePoint, target);

    /// <summary>Units of the text's first segment: a code point and those behind it that may join it or change their order with it.</summary>
    public static int SegmentLength(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            if (!NormalizationTable.Joins(CodePoints.Read(text, ref i)) && start > 0)
            {
                return start;
            }
        }

        return text.Length;
    }

    /// <summary>
    /// Writes form C of a text that consists of whole segments and returns its length. <paramref name="target"/> needs room for
    /// <see cref="LargestGrowth"/> times the text.
    /// </summary>
    public static int Compose(ReadOnlySpan<char> text, Span<char> target)
    {
        var points = ArrayPool<int>.Shared.Rent(text.Length * LongestDecomposition);
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            count += NormalizationTable.DecomposeCanonically(CodePoints.Read(text, ref i), points.AsSpan(count));
        }

        count = Composition.Compose(points.AsSpan(0, count));
        var length = Composition.Encode(points.AsSpan(0, count), target);
        ArrayPool<int>.Shared.Return(points);
        return length;
    }
}
