using System.Buffers;

namespace Pipeline.Inference.Tokenization.Vocabularies;

/// <summary>
/// SentencePiece's Unigram model: of all ways to cover a piece, the one with the largest sum of scores, found by Viterbi's algorithm in
/// time proportional to the text. A character without a token of its own costs 10 more than the worst token; neighbouring ones become one
/// unknown token.
/// </summary>
internal sealed class UnigramModel : ISubwordModel
{
    private const double UnknownPenalty = 10;

    private readonly Vocabulary _vocabulary;
    private readonly double[] _scores;
    private readonly double _unknownScore;
    private readonly int _unknown;
    private readonly TokenTrie _trie = new();

    /// <param name="vocabulary">All tokens; the first ones are the model's own.</param>
    /// <param name="scores">Log-probabilities of the model's own tokens.</param>
    /// <param name="unknown">Id of the unknown token.</param>
    public UnigramModel(Vocabulary vocabulary, double[] scores, int unknown)
    {
        (_vocabulary, _scores, _unknown) = (vocabulary, scores, unknown);
        _unknownScore = scores.Min() - UnknownPenalty;
        for (var id = 0; id < scores.Length; id++)
        {
            _trie.Add(vocabulary[id], id);
        }
    }

    public void Tokenize(AlignedText text, TextSpan piece, bool plain, TokenBuffer tokens)
    {
        // One place for each position in the piece: the best way to get there.
        var rented = ArrayPool<Arrival>.Shared.Rent(piece.Length + 1);
        var best = rented.AsSpan(0, piece.Length + 1);
        best.Fill(Arrival.None);
        best[0] = default;
        FindBest(text.Units.Slice(piece.Start, piece.Length), plain, best);

        // Back from the end; the links are turned round to read the tokens forwards.
        var next = piece.Length;
        for (var end = piece.Length; end > 0;)
        {
            var start = best[end].Start;
            best[end].Next = next;
            (next, end) = (end, start);
        }

        for (var (start, end) = (0, next); start < piece.Length;)
        {
            var id = best[end].Id;
            // The chain's last place points at itself.
            while (id == _unknown && end < piece.Length && best[best[end].Next].Id == _unknown)
            {
                end = best[end].Next;
            }

            tokens.Add(id, text.Source(piece.Start + start, piece.Start + end));
            (start, end) = (end, best[end].Next);
        }

        ArrayPool<Arrival>.Shared.Return(rented);
    }

    private void FindBest(ReadOnlySpan<char> units, bool plain, Span<Arrival> best)
    {
        for (var start = 0; start < units.Length;)
        {
            var score = best[start].Score;
            var character = start + (char.IsHighSurrogate(units[start]) ? 2 : 1);
            var hasOwnToken = false;
            var node = TokenTrie.Root;
            for (var i = start; i < units.Length && (node = _trie.Next(node, units[i])) >= 0; i++)
            {
                var id = _trie.IdAt(node);
                if (id >= 0 && !(plain && _vocabulary.IsReserved(id)))
                {
                    best[i + 1].Offer(start, id, score + _scores[id]);
                    hasOwnToken |= i + 1 == character;
                }
            }

            if (!hasOwnToken)
            {
                best[character].Offer(start, _unknown, score + _unknownScore);
            }

            start = character;
        }
    }

    private struct Arrival
    {
        public static readonly Arrival None = new() { Score = double.NegativeInfinity };

        public double Score;
        public int Start;
        public int Id;
        public int Next;

        // Of equal scores the first stays: the longest last token.
        public void Offer(int start, int id, double score)
        {
            if (score > Score)
            {
                (Start, Id, Score) = (start, id, score);
            }
        }
    }
}
