using System.Collections.Frozen;
using System.Globalization;

namespace Pipeline.TextMetrics.Tokenization;

/// <summary>
/// Unicode's data of the normalization forms: the embedded <c>nfkc.txt</c>, and the arithmetic of Hangul syllables (Unicode 3.12).
/// </summary>
internal static class NormalizationTable
{
    /// <summary>U+FDFA has 18 code points.</summary>
    public const int LongestDecomposition = 18;

    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TailCount;

    private static readonly Data Table = Read();

    /// <summary>
    /// Writes the full compatibility decomposition and returns its length. <paramref name="mustCompose"/> becomes true when one of
    /// its code points is a mark or may join the one before it.
    /// </summary>
    public static int DecomposeCompatibly(int point, Span<int> target, ref bool mustCompose)
    {
        if (point is < 0xA0 or >= 0x4E00 and < 0xA000)
        {
            target[0] = point;
            return 1;
        }

        if (IsSyllable(point))
        {
            // A syllable is already composed, but may still take a tail.
            mustCompose = true;
            target[0] = point;
            return 1;
        }

        if (!Table.Compatible.TryGetValue(point, out var decomposition))
        {
            mustCompose |= Joins(point);
            target[0] = point;
            return 1;
        }

        decomposition.CopyTo(target);
        foreach (var part in decomposition)
        {
            mustCompose |= Joins(part);
        }

        return decomposition.Length;
    }

    /// <summary>Writes the full canonical decomposition, at most 4 code points, and returns its length.</summary>
    public static int DecomposeCanonically(int point, Span<int> target)
    {
        if (point is < 0xC0 or >= 0x3400 and < 0xA000)
        {
            target[0] = point;
            return 1;
        }

        if (IsSyllable(point))
        {
            var syllable = point - SyllableBase;
            target[0] = LeadBase + syllable / (VowelCount * TailCount);
            target[1] = VowelBase + syllable / TailCount % VowelCount;
            target[2] = TailBase + syllable % TailCount;
            return syllable % TailCount == 0 ? 2 : 3;
        }

        if (!Table.Canonical.TryGetValue(point, out var decomposition))
        {
            target[0] = point;
            return 1;
        }

        decomposition.CopyTo(target);
        return decomposition.Length;
    }

    public static int CombiningClass(int point) => point < 0x300 ? 0 : Table.Classes.GetValueOrDefault(point);

    public static bool TryCompose(int first, int second, out int composite)
    {
        if (first - LeadBase is >= 0 and < LeadCount && second - VowelBase is >= 0 and < VowelCount)
        {
            composite = SyllableBase + ((first - LeadBase) * VowelCount + second - VowelBase) * TailCount;
            return true;
        }

        var syllable = first - SyllableBase;
        if (syllable is >= 0 and < SyllableCount && syllable % TailCount == 0 && second - TailBase is > 0 and < TailCount)
        {
            composite = first + second - TailBase;
            return true;
        }

        return Table.Composites.TryGetValue((first, second), out composite);
    }

    /// <summary>Whether a code point is a mark or may join the one before it, alone or with the first part of its canonical decomposition.</summary>
    public static bool Joins(int point) =>
        point >= 0x300 && (point is >= VowelBase and < TailBase + TailCount || Table.Joiners.Contains(point));

    private static bool IsSyllable(int point) => point is >= SyllableBase and < SyllableBase + SyllableCount;

    private static Data Read()
    {
        using var stream = typeof(NormalizationTable).Assembly.GetManifestResourceStream("nfkc.txt")
            ?? throw new InvalidOperationException("The resource nfkc.txt is missing from Pipeline.TextMetrics.");
        using var reader = new StreamReader(stream);

        var canonical = new Dictionary<int, int[]>();
        var compatible = new Dictionary<int, int[]>();
        var classes = new Dictionary<int, byte>();
        var composites = new Dictionary<(int First, int Second), int>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(' ');
            switch (fields[0])
            {
                case "C":
                    int[] parts = [.. fields.Skip(2).Select(Hex)];
                    canonical.Add(Hex(fields[1]), parts);
                    compatible.Add(Hex(fields[1]), parts);
                    break;
                case "D":
                    compatible[Hex(fields[1])] = [.. fields.Skip(2).Select(Hex)];
                    break;
                case "R":
                    for (var point = Hex(fields[1]); point <= Hex(fields[2]); point++)
                    {
                        classes.Add(point, byte.Parse(fields[3], CultureInfo.InvariantCulture));
                    }

                    break;
                case "P":
                    composites.Add((Hex(fields[1]), Hex(fields[2])), Hex(fields[3]));
                    break;
            }
        }

        var joiners = classes.Keys.Concat(composites.Keys.Select(pair => pair.Second)).ToHashSet();
        joiners.UnionWith([.. canonical.Where(entry => joiners.Contains(entry.Value[0])).Select(entry => entry.Key)]);
        return new Data(
            canonical.ToFrozenDictionary(),
            compatible.ToFrozenDictionary(),
            classes.ToFrozenDictionary(),
            composites.ToFrozenDictionary(),
            joiners.ToFrozenSet());
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private sealed record Data(
        FrozenDictionary<int, int[]> Canonical,
        FrozenDictionary<int, int[]> Compatible,
        FrozenDictionary<int, byte> Classes,
        FrozenDictionary<(int First, int Second), int> Composites,
        FrozenSet<int> Joiners);
}
