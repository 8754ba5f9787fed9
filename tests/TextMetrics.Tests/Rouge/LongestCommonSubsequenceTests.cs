using Pipeline.TextMetrics.Rouge;

namespace Pipeline.TextMetrics.Tests.Rouge;

public sealed class LongestCommonSubsequenceTests
{
    private readonly LongestCommonSubsequence _lcs = new();

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(60)]
    public void Bits_give_the_length_of_the_plain_table(int alphabet)
    {
        var random = new Random(alphabet);
        for (var i = 0; i < 2000; i++)
        {
            var (a, b) = (Sequence(random, alphabet), Sequence(random, alphabet));

            Assert.Equal(Table(a, b)[a.Length, b.Length], _lcs.Length(a, b, alphabet));
        }
    }

    [Fact]
    public void Rows_give_every_cell_of_the_plain_table()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var (a, b) = (Sequence(random, 3), Sequence(random, 3));
            var rows = new ulong[LongestCommonSubsequence.RowWords(a.Length, b.Length)];
            _lcs.Run(a, b, 3, rows);

            var table = Table(a, b);
            for (var i = 0; i < a.Length; i++)
            {
                for (var j = 0; j < b.Length; j++)
                {
                    Assert.Equal(table[i + 1, j + 1] > table[i, j + 1], LongestCommonSubsequence.Increases(rows, b.Length, i, j));
                }
            }
        }
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    [InlineData(1000)]
    public void Equal_sequences_of_any_number_of_words_match_in_full(int length)
    {
        var sequence = Enumerable.Range(0, length).ToArray();

        Assert.Equal(length, _lcs.Length(sequence, sequence, length));
        Assert.Equal(1, _lcs.Length(sequence, [.. sequence.Reverse()], length));
    }

    private static int[] Sequence(Random random, int alphabet) =>
        [.. Enumerable.Range(0, random.Next(0, 200)).Select(_ => random.Next(alphabet))];

    private static int[,] Table(int[] a, int[] b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                table[i, j] = a[i - 1] == b[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
            }
        }

        return table;
    }
}
