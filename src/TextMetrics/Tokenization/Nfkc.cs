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
        var points = ArrayPool<int>.Shared.Rent(text.Length * 4 + NfkcTable.LongestDecomposition);
        var count = 0;
        var mustCompose = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (count + NfkcTable.LongestDecomposition > points.Length)
            {
                points = Enlarge(points, count);
            }

            var point = CodePoints.Read(text, ref i);
            count += NfkcTable.Decompose(point, points.AsSpan(count), ref mustCompose);
        }

        if (mustCompose)
        {
            Reorder(points.AsSpan(0, count));
            count = Compose(points.AsSpan(0, count));
        }

        var normalized = Encode(points.AsSpan(0, count));
        ArrayPool<int>.Shared.Return(points);
        return normalized;
    }

    private static int[] Enlarge(int[] points, int count)
    {
        var larger = ArrayPool<int>.Shared.Rent(points.Length * 2);
        points.AsSpan(0, count).CopyTo(larger);
        ArrayPool<int>.Shared.Return(points);
        return larger;
    }

    /// <summary>Canonical ordering: sorts each run of marks by combining class, equal classes in their order.</summary>
    private static void Reorder(Span<int> points)
    {
        for (var start = 0; start < points.Length; start++)
        {
            if (NfkcTable.CombiningClass(points[start]) == 0)
            {
                continue;
            }

            var end = start + 1;
            while (end < points.Length && NfkcTable.CombiningClass(points[end]) != 0)
            {
                end++;
            }

            var run = points[start..end];
            if (run.Length > 1)
            {
                run.ToArray().OrderBy(NfkcTable.CombiningClass).ToArray().CopyTo(run);
            }

            start = end;
        }
    }

    /// <summary>Canonical composition in place; returns the new length.</summary>
    private static int Compose(Span<int> points)
    {
        var written = 0;
        var starter = -1;
        var lastClass = -1;
        foreach (var point in points)
        {
            var combiningClass = NfkcTable.CombiningClass(point);
            // A mark is blocked from its starter by a mark of the same or a higher class between them.
            var isBlocked = starter < 0 || (lastClass >= combiningClass && lastClass != -1);
            if (!isBlocked && NfkcTable.TryCompose(points[starter], point, out var composite))
            {
                points[starter] = composite;
                continue;
            }

            if (combiningClass == 0)
            {
                starter = written;
                lastClass = -1;
            }
            else
            {
                lastClass = combiningClass;
            }

            points[written++] = point;
        }

        return written;
    }

    private static ReadOnlySpan<char> Encode(ReadOnlySpan<int> points)
    {
        var text = new char[points.Length * 2];
        var length = 0;
        foreach (var point in points)
        {
            if (point <= char.MaxValue)
            {
                text[length++] = (char)point;
            }
            else
            {
                length += new Rune(point).EncodeToUtf16(text.AsSpan(length));
            }
        }

        return text.AsSpan(0, length);
    }
}
