using Pipeline.Inference.Tokenization;
using Pipeline.Inference.Tokenization.Vocabularies;

namespace Pipeline.Inference.Tests.Tokenization;

#pragma warning disable CA5394 // Repeatable test data, not secrets.
public sealed class ByteLevelBpeTests
{
    [Fact]
    public void Random_merges_are_applied_as_by_definition()
    {
        var random = new Random(3);
        for (var round = 0; round < 20; round++)
        {
            var (model, merges) = RandomModel(random);
            for (var i = 0; i < 40; i++)
            {
                var text = new string([.. Enumerable.Range(0, random.Next(1, 600)).Select(_ => "abcd"[random.Next(4)])]);
                var tokens = new TokenBuffer();
                var source = new AlignedText();
                source.SetSource(text, new TextSpan(0, text.Length));

                model.Tokenize(source, new TextSpan(0, text.Length), plain: false, tokens);

                Assert.Equal(ByDefinition(text, merges), tokens.ToTokenizedText().Ids);
            }
        }
    }

    /// <summary>Looks through all pairs for the first merge of the list, again and again.</summary>
    private static List<int> ByDefinition(string text, List<(int Left, int Right)> merges)
    {
        List<int> ids = [.. text.Select(unit => (int)unit)];
        while (true)
        {
            var best = Enumerable.Range(0, ids.Count - 1).Select(at => (rank: merges.IndexOf((ids[at], ids[at + 1])), at))
                .Where(pair => pair.rank >= 0).DefaultIfEmpty((rank: -1, at: -1)).Min();
            if (best.at < 0)
            {
                return ids;
            }

            ids[best.at] = 256 + best.rank;
            ids.RemoveAt(best.at + 1);
        }
    }

    /// <summary>Byte tokens, and one token for each merge of two earlier ones.</summary>
    private static (ByteLevelBpe Model, List<(int Left, int Right)> Merges) RandomModel(Random random)
    {
        List<string> tokens = [.. Enumerable.Range(0, 256).Select(value => ((char)value).ToString())];
        List<int> usable = [.. "abcd".Select(unit => (int)unit)];
        var merges = new List<(int, int)>();
        var pairs = new PairTable();
        while (merges.Count < 40)
        {
            var (left, right, rank) = (usable[random.Next(usable.Count)], usable[random.Next(usable.Count)], merges.Count);
            if (!tokens.Contains(tokens[left] + tokens[right]) && pairs.TryAdd(left, right, ref rank))
            {
                merges.Add((left, right));
                usable.Add(tokens.Count);
                tokens.Add(tokens[left] + tokens[right]);
            }
        }

        var ids = tokens.Select((token, id) => (token, id)).ToDictionary();
        var vocabulary = new Vocabulary([.. tokens], ids, new bool[tokens.Count]);
        return (new ByteLevelBpe(vocabulary, [.. Enumerable.Range(0, 256)], pairs, [.. Enumerable.Range(256, merges.Count)]), merges);
    }
}
