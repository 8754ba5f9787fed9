using Pipeline.TextMetrics.Rouge;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Tests.Rouge;

public sealed class UnionLcsTests
{
    [Fact]
    public void Lines_hit_as_in_a_plain_table_whose_ties_go_up()
    {
        var tokenizer = Tokenizers.Get("char");
        var scorer = new RougeScorer(tokenizer);
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var (candidate, reference) = (RougeScorerTests.RandomText(random), RougeScorerTests.RandomText(random));

            Assert.Equal(Plain(tokenizer, candidate, reference), scorer.Score(candidate, reference).RougeLsum.Counts.Hits);
        }
    }

    private static int Plain(Tokenizer tokenizer, string candidate, string reference)
    {
        var lines = candidate.Split('\n').Select(tokenizer.Tokenize).ToList();
        var left = lines.SelectMany(line => line).GroupBy(token => token).ToDictionary(group => group.Key, group => group.Count());
        var hits = 0;
        foreach (var line in reference.Split('\n').Select(tokenizer.Tokenize))
        {
            var positions = new SortedSet<int>(lines.SelectMany(other => Positions(line, other)));
            foreach (var token in positions.Select(position => line[position]).Where(token => left[token] > 0))
            {
                left[token]--;
                hits++;
            }
        }

        return hits;
    }

    private static IEnumerable<int> Positions(IReadOnlyList<string> reference, IReadOnlyList<string> candidate)
    {
        var table = new int[reference.Count + 1, candidate.Count + 1];
        for (var a = 1; a <= reference.Count; a++)
        {
            for (var b = 1; b <= candidate.Count; b++)
            {
                table[a, b] = reference[a - 1] == candidate[b - 1]
                    ? table[a - 1, b - 1] + 1
                    : Math.Max(table[a - 1, b], table[a, b - 1]);
            }
        }

        var (i, j) = (reference.Count, candidate.Count);
        while (i > 0 && j > 0)
        {
            if (reference[i - 1] == candidate[j - 1])
            {
                yield return i - 1;
                i--;
                j--;
            }
            else if (table[i, j - 1] > table[i - 1, j])
            {
                j--;
            }
            else
            {
                i--;
            }
        }
    }
}
