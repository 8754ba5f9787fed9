using System.Text;

namespace Pipeline.TextMetrics.Tokenization;

/// <summary>The steps after decomposition that the composed normalization forms share (UAX #15).</summary>
internal static class Composition
{
    /// <summary>Canonical ordering and composition of decomposed code points, in place; returns the new length.</summary>
    public static int Compose(Span<int> points)
    {
        Reorder(points);
        var written = 0;
        var starter = -1;
        var lastClass = -1;
        foreach (var point in points)
        {
            var combiningClass = NormalizationTable.CombiningClass(point);
            // A mark is blocked from its starter by a mark of the same or a higher class between them.
            var isBlocked = starter < 0 || (lastClass >= combiningClass && lastClass != -1);
            if (!isBlocked && NormalizationTable.TryCompose(points[starter], point, out var composite))
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

    /// <summary>Code points as UTF-16; returns the number of units. A lone surrogate stays one.</summary>
    public static int Encode(ReadOnlySpan<int> points, Span<char> target)
    {
        var length = 0;
        foreach (var point in points)
        {
            if (point <= char.MaxValue)
            {
                target[length++] = (char)point;
            }
            else
            {
                length += new Rune(point).EncodeToUtf16(target[length..]);
            }
        }

        return length;
    }

    /// <summary>Sorts each run of marks by combining class, equal classes in their order.</summary>
    private static void Reorder(Span<int> points)
    {
        for (var start = 0; start < points.Length; start++)
        {
            if (NormalizationTable.CombiningClass(points[start]) == 0)
            {
                continue;
            }

            var end = start + 1;
            while (end < points.Length && NormalizationTable.CombiningClass(points[end]) != 0)
            {
                end++;
            }

            var run = points[start..end];
            if (run.Length > 1)
            {
                run.ToArray().OrderBy(NormalizationTable.CombiningClass).ToArray().CopyTo(run);
            }

            start = end;
        }
    }
}
