using System.Buffers;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Rouge;

/// <summary>
/// The hits of summary-level ROUGE-L (Lin 2004, section 3.2): for each reference line, the union of its LCS positions with every
/// candidate line. A token then counts only while the candidate has it left, as ROUGE-1.5.5 does and the paper does not say.
/// </summary>
internal sealed class UnionLcs(LongestCommonSubsequence lcs)
{
    private int[] _left = new int[512];
    private bool[] _isMarked = new bool[512];

    public int Hits(TokenBuffer reference, TokenBuffer candidate, int vocabularySize)
    {
        var left = CountTokens(candidate.Ids, vocabularySize);
        var hits = 0;
        var start = 0;
        foreach (var end in reference.LineEnds)
        {
            var line = reference.Ids[start..end];
            var isMarked = Mark(line, candidate, vocabularySize);
            for (var i = 0; i < line.Length; i++)
            {
                if (isMarked[i] && left[line[i]] > 0)
                {
                    left[line[i]]--;
                    hits++;
                }
            }

            start = end;
        }

        return hits;
    }

    private Span<int> CountTokens(ReadOnlySpan<int> ids, int vocabularySize)
    {
        if (_left.Length < vocabularySize)
        {
            _left = new int[vocabularySize * 2];
        }

        var counts = _left.AsSpan(0, vocabularySize);
        counts.Clear();
        foreach (var id in ids)
        {
            counts[id]++;
        }

        return counts;
    }

    private Span<bool> Mark(ReadOnlySpan<int> line, TokenBuffer candidate, int vocabularySize)
    {
        if (_isMarked.Length < line.Length)
        {
            _isMarked = new bool[line.Length * 2];
        }

        var isMarked = _isMarked.AsSpan(0, line.Length);
        isMarked.Clear();
        var start = 0;
        foreach (var end in candidate.LineEnds)
        {
            MarkOne(line, candidate.Ids[start..end], vocabularySize, isMarked);
            start = end;
        }

        return isMarked;
    }

    private void MarkOne(ReadOnlySpan<int> reference, ReadOnlySpan<int> candidate, int vocabularySize, Span<bool> isMarked)
    {
        var words = LongestCommonSubsequence.RowWords(reference.Length, candidate.Length);
        var rented = ArrayPool<ulong>.Shared.Rent(words);
        var rows = rented.AsSpan(0, words);
        if (lcs.Run(reference, candidate, vocabularySize, rows) > 0)
        {
            Backtrack(reference, candidate, rows, isMarked);
        }

        ArrayPool<ulong>.Shared.Return(rented);
    }

    /// <summary>
    /// From the far corner: a match goes diagonally, else towards the larger neighbour, and up along the reference when both are
    /// equal. The union depends on this rule.
    /// </summary>
    private static void Backtrack(
        ReadOnlySpan<int> reference, ReadOnlySpan<int> candidate, ReadOnlySpan<ulong> rows, Span<bool> isMarked)
    {
        var i = reference.Length - 1;
        var j = candidate.Length - 1;
        while (i >= 0 && j >= 0)
        {
            if (reference[i] == candidate[j])
            {
                isMarked[i] = true;
                i--;
                j--;
            }
            else if (LongestCommonSubsequence.Increases(rows, candidate.Length, i, j))
            {
                // The value is not the upper neighbour's, so it is the left one's, and that is larger.
                j--;
            }
            else
            {
                i--;
            }
        }
    }
}
