using System.Runtime.CompilerServices;
using Pipeline.Inference.Processing;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Recipes;

/// <summary>
/// Embeds a text beyond the window in parts that end where sentences end; its vector is the mean of theirs, weighted by their tokens and
/// normalised again. A text within the window has the vector that it has without this.
/// </summary>
/// <param name="inner">Embeds the parts.</param>
/// <param name="tokenizer">The model's.</param>
/// <param name="room">Tokens of text that the model takes, special tokens not counted.</param>
/// <param name="maxParts">Most parts; the first and the last are kept.</param>
internal sealed class AveragingEmbedder(IEmbedder inner, ISubwordTokenizer tokenizer, int room, int maxParts) : IEmbedder
{
    private const double HeadShare = 0.75;

    public int Dimensions => inner.Dimensions;

    public async IAsyncEnumerable<TextOutcome<Embedding>> EmbedAsync(
        IReadOnlyList<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parts = new List<Part>();
        var open = texts.Select((text, index) => Divide(index, text, parts)).ToList();
        await foreach (var outcome in inner.EmbedAsync([.. parts.Select(part => part.Text)], cancellationToken))
        {
            var part = parts[outcome.Index];
            var mean = open[part.Owner];
            if (mean.Add(part.Weight, outcome) is { } settled)
            {
                yield return settled;
            }
        }
    }

    private Mean Divide(int index, string text, List<Part> parts)
    {
        var tokens = Tokens(text);
        if (tokens.Length <= room)
        {
            parts.Add(new(index, text, 1));
            return new(index, 1, false);
        }

        var pieces = SentenceChunks.Split(text, tokens, room);
        var kept = SentenceChunks.KeepEnds(pieces, maxParts, HeadShare);
        parts.AddRange(kept.Select(piece => new Part(index, piece, Tokens(piece).Length)));
        return new(index, kept.Count, kept.Count < pieces.Count);
    }

    private TextSpan[] Tokens(string text) => tokenizer.Encode(text, SpecialTokens.Plain, addSpecialTokens: false).Spans;

    private readonly record struct Part(int Owner, string Text, double Weight);

    private sealed class Mean(int index, int parts, bool leavesOut)
    {
        private readonly bool _isWhole = parts == 1;
        private double[]? _sum;
        private TextFailure? _failure;
        private bool _isTruncated = leavesOut;
        private int _open = parts;

        /// <summary>Takes a part's vector; the last one settles the text.</summary>
        public TextOutcome<Embedding>? Add(double weight, TextOutcome<Embedding> outcome)
        {
            _failure ??= outcome.Failure;
            if (outcome.Value is { } embedding)
            {
                if (_isWhole)
                {
                    return outcome with { Index = index };
                }

                _isTruncated |= embedding.Truncated;
                _sum ??= new double[embedding.Values.Length];
                for (var i = 0; i < _sum.Length; i++)
                {
                    _sum[i] += weight * embedding.Values[i];
                }
            }

            return --_open > 0 ? null : _failure is null ? Settle(_sum ?? []) : new(index, null, _failure);
        }

        private TextOutcome<Embedding> Settle(double[] sum)
        {
            var norm = Math.Sqrt(sum.Sum(value => value * value));
            return norm > 0
                ? new(index, new([.. sum.Select(value => (float)(value / norm))]) { Truncated = _isTruncated }, null)
                : new(index, null, new(TextFailure.EngineError, "The vectors of the text's parts cancel each other out."));
        }
    }
}
