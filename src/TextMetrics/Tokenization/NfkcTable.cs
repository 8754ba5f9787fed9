using System.Collections.Frozen;
using System.Globalization;

namespace Pipeline.TextMetrics.Tokenization;

/// <summary>The data of <see cref="Nfkc"/>: the embedded <c>nfkc.txt</c>, and the arithmetic of Hangul syllables (Unicode 3.12).</summary>
internal static class NfkcTable
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
    public static int Decompose(int point, Span<int> target, ref bool mustCompose)
    {
        if (point is < 0xA0 or >= 0x4E00 and < 0xA000)
        {
            target[0] = point;
            return 1;
        }

        if (point is >= SyllableBase and < SyllableBase + SyllableCount)
        {
            // A syllable is already composed, but may still take a tail.
            mustCompose = true;
            target[0] = point;
            return 1;
        }

        if (!Table.Decompositions.TryGetValue(point, out var decomposition))
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

    private static bool Joins(int point) =>
        point is >= VowelBase and < TailBase + TailCount || Table.Classes.ContainsKey(point) || Table.Seconds.Contains(point);

    private static Data Read()
    {
        using var stream = typeof(NfkcTable).Assembly.GetManifestResourceStream("nfkc.txt")
            ?? throw new InvalidOperationException("The resource nfkc.txt is missing from Pipeline.TextMetrics.");
        using var reader = new StreamReader(stream);

        var decompositions = new Dictionary<int, int[]>();
        var classes = new Dictionary<int, byte>();
        var composites = new Dictionary<(int First, int Second), int>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(' ');
            switch (fields[0])
            {
                case "D":
                    decompositions.Add(Hex(fields[1]), [.. fields.Skip(2).Select(Hex)]);
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

        return new Data(
            decompositions.ToFrozenDictionary(),
            classes.ToFrozenDictionary(),
            composites.ToFrozenDictionary(),
            composites.Keys.Select(pair => pair.Second).ToFrozenSet());
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private sealed record Data(
        FrozenDictionary<int, int[]> Decompositions,
        FrozenDictionary<int, byte> Classes,
        FrozenDictionary<(int First, int Second), int> Composites,
        FrozenSet<int> Seconds);
}
