using System.Buffers;
using System.Text;

namespace Pipeline.TextMetrics.Tokenization;

/// <summary>
/// Unicode normalization form KC (UAX #15) from a table in this assembly. <c>string.Normalize</c> would not do: the services run in
/// invariant globalization mode, where it returns its input, and elsewhere its data changes with the machine's ICU.
/// </summary>
internal static class Nfkc
{
    public static ReadOnlySpan<char> Normalize(ReadOnlySpan<char> text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        // A code point has at most 18 in its decomposition, but one in a thousand has more than 3.
        var points = ArrayPool<int>.Shared.Rent(text.Length * 4 + NormalizationTable.LongestDecomposition);
        var count = 0;
        var mustCompose = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (count + NormalizationTable.LongestDecomposition > points.Length)
            {
                points = Enlarge(points, count);
            }

            var point = CodePoints.Read(text, ref i);
            count += NormalizationTable.DecomposeCompatibly(point, points.AsSpan(count), ref mustCompose);
        }

        if (mustCompose)
        {
            count = Composition.Compose(points.AsSpan(0, count));
        }

        var normalized = new char[count * 2];
        var length = Composition.Encode(points.AsSpan(0, count), normalized);
        ArrayPool<int>.Shared.Return(points);
        return normalized.AsSpan(0, length);
    }

    private static int[] Enlarge(int[] points, int count)
    {
        var larger = ArrayPool<int>.Shared.Rent(points.Length * 2);
        points.AsSpan(0, count).CopyTo(larger);
        ArrayPool<int>.Shared.Return(points);
        return larger;
    }
}
