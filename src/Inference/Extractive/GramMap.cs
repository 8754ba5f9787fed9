using System.Buffers;
using Pipeline.Inference.Lexical;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Extractive;

/// <summary>
/// What a text is about: its character bigrams (words, in spaced scripts) with a weight that grows with repetition, rarity and an
/// early position, in a list early in its item. A unit said once keeps only a little weight, unless it stands early: so a text that repeats its subject is
/// summarised by its subject and a text that repeats nothing by its beginning.
/// </summary>
internal sealed class GramMap : IDisposable
{
    /// <summary>A word takes the room of several characters, of which each would start a bigram.</summary>
    private const float WordFactor = 2;

    /// <summary>Below this weight a bigram is common enough to be taken for a word.</summary>
    private const float CommonWeight = 4.6f;

    private readonly int[] _idByEnd;
    private readonly int[] _startByEnd;
    private readonly List<float> _weights = [];
    private readonly List<bool> _cohesive = [];

    public GramMap(SourceText source, DocumentFrequencyTable frequencies, GramWeights weights)
    {
        var text = source.Span;
        _idByEnd = ArrayPool<int>.Shared.Rent(text.Length + 1);
        _startByEnd = ArrayPool<int>.Shared.Rent(text.Length + 1);
        Array.Fill(_idByEnd, -1, 0, text.Length + 1);
        var ids = new Dictionary<ulong, int>();
        var evidence = new List<(double Weight, int Count, float Rarity)>();
        var (clause, item, from) = (0, 0, 0);
        for (var at = 0; at < text.Length;)
        {
            // Each item of a list begins anew.
            for (; source.IsList && clause < source.Clauses.Count && source.Clauses[clause].Start <= at; clause++)
            {
                var next = source.Clauses[clause];
                (item, from) = next.Item > item ? (next.Item, next.Start) : (item, from);
            }

            var end = LexicalFeatures.NextUnit(text, at, out var hash, out var isWord);
            if (hash != 0)
            {
                if (!ids.TryGetValue(hash, out var id))
                {
                    id = evidence.Count;
                    ids.Add(hash, id);
                    evidence.Add((0, 0, (weights.CountsRarity ? frequencies.Weight(hash) : CommonWeight) * (isWord ? WordFactor : 1)));
                }

                var (weight, count, rarity) = evidence[id];
                evidence[id] = (weight + 1 + (weights.LeadBonus * Math.Exp((from - at) / weights.LeadDecayChars)), count + 1, rarity);
                _idByEnd[end] = id;
                _startByEnd[end] = at;
            }

            // A bigram overlaps the next one; a word does not.
            at = isWord || hash == 0 ? end : at + (char.IsHighSurrogate(text[at]) ? 2 : 1);
        }

        foreach (var (weight, count, rarity) in evidence)
        {
            _weights.Add((float)(Math.Max(weight - weights.OnceIsNotEnough, 0) * rarity));
            _cohesive.Add(count > 1 || rarity < CommonWeight);
        }
    }

    /// <summary>Number of distinct grams; ids run below it.</summary>
    public int Count => _weights.Count;

    public float Weight(int id) => _weights[id];

    /// <summary>The gram that ends before index <paramref name="end"/> and starts at or after <paramref name="from"/>, or -1.</summary>
    public int EndingAt(int end, int from) => _idByEnd[end] >= 0 && _startByEnd[end] >= from ? _idByEnd[end] : -1;

    /// <summary>Whether the two characters around <paramref name="cut"/> look like one word; false in spaced scripts.</summary>
    public bool JoinsAcross(int cut, int length) =>
        cut + 1 <= length && _idByEnd[cut + 1] is >= 0 and var id && _startByEnd[cut + 1] == cut - 1 && _cohesive[id];

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_idByEnd);
        ArrayPool<int>.Shared.Return(_startByEnd);
    }
}
