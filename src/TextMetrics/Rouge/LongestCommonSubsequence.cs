using System.Numerics;

namespace Pipeline.TextMetrics.Rouge;

/// <summary>
/// Bit-parallel longest common subsequence (H. Hyyrö, "Bit-parallel LCS-length computation revisited", 2004): 64 cells of the
/// dynamic programming table per step. The pattern is taken 64 tokens at a time with the carries of every text position kept, so the
/// match masks need one word per distinct token however long the texts are.
/// </summary>
internal sealed class LongestCommonSubsequence
{
    private const int WordBits = 64;

    private ulong[] _masks = new ulong[512];
    private byte[] _carries = new byte[512];

    /// <summary>The length of the longest common subsequence of two sequences of ids below <paramref name="vocabularySize"/>.</summary>
    public int Length(ReadOnlySpan<int> first, ReadOnlySpan<int> second, int vocabularySize) =>
        first.Length < second.Length
            ? Run(first, second, vocabularySize, default)
            : Run(second, first, vocabularySize, default);

    /// <summary>How many words <see cref="Run"/> records.</summary>
    public static int RowWords(int patternLength, int textLength) => (patternLength + WordBits - 1) / WordBits * textLength;

    /// <summary>
    /// As <see cref="Length"/>. When <paramref name="rows"/> is not empty it receives the bit rows: see <see cref="Increases"/>.
    /// </summary>
    public int Run(ReadOnlySpan<int> pattern, ReadOnlySpan<int> text, int vocabularySize, Span<ulong> rows)
    {
        Reserve(vocabularySize, text.Length);
        var masks = _masks.AsSpan(0, vocabularySize);
        var carries = _carries.AsSpan(0, text.Length);
        carries.Clear();

        var length = 0;
        for (var start = 0; start < pattern.Length; start += WordBits)
        {
            var block = pattern.Slice(start, Math.Min(WordBits, pattern.Length - start));
            for (var i = 0; i < block.Length; i++)
            {
                masks[block[i]] |= 1UL << i;
            }

            var blockRows = rows.IsEmpty ? default : rows.Slice(start / WordBits * text.Length, text.Length);
            length += BitOperations.PopCount(~RunBlock(masks, text, carries, blockRows));
            foreach (var id in block)
            {
                masks[id] = 0;
            }
        }

        return length;
    }

    /// <summary>
    /// Whether the table's value grows from pattern length <paramref name="i"/> to i+1 at text length j+1. Ties, and so the positions
    /// a backtrack takes, follow from this alone.
    /// </summary>
    public static bool Increases(ReadOnlySpan<ulong> rows, int textLength, int i, int j) =>
        (rows[i / WordBits * textLength + j] >> (i % WordBits) & 1) == 0;

    private static ulong RunBlock(ReadOnlySpan<ulong> masks, ReadOnlySpan<int> text, Span<byte> carries, Span<ulong> rows)
    {
        // Bits beyond a short last block match nothing and stay 1.
        var v = ulong.MaxValue;
        for (var j = 0; j < carries.Length; j++)
        {
            var mask = masks[text[j]];
            var sum = v + (v & mask);
            var overflow = sum < v;
            var total = sum + carries[j];
            carries[j] = (byte)((overflow | total < sum) ? 1 : 0);
            v = total | (v & ~mask);
            if (j < rows.Length)
            {
                rows[j] = v;
            }
        }

        return v;
    }

    private void Reserve(int vocabularySize, int textLength)
    {
        if (_masks.Length < vocabularySize)
        {
            _masks = new ulong[vocabularySize * 2];
        }

        if (_carries.Length < textLength)
        {
            _carries = new byte[textLength * 2];
        }
    }
}
