using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>A model small enough to search completely: the logits depend on the last token only and stand in a table.</summary>
internal sealed class TableDecoder(float[][] logits) : IDecoder
{
    public int VocabularySize => logits.Length;

    public int MaxTokens { get; init; } = 100;

    public long CacheBytesPerToken => 10;

    /// <summary>Hears the number of steps after each.</summary>
    public Action<int>? Ran { get; init; }

    /// <summary>Rows of every step so far, prompts first.</summary>
    public List<int> RowsOfSteps { get; } = [];

    public static TableDecoder Random(int vocabulary, int seed)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, vocabulary).Select(_ =>
            Enumerable.Range(0, vocabulary).Select(_ => (float)(random.NextDouble() * 4)).ToArray())]);
    }

    /// <summary>Logarithm of the probability of an id after another.</summary>
    public double LogProbability(int after, int id) => logits[after][id] - Math.Log(logits[after].Sum(x => Math.Exp(x)));

    public IDecoderBatch Start(IReadOnlyList<int[]> prompts, int newTokens) =>
        new Batch(this, logits, [.. prompts.Select(prompt => prompt[^1])], newTokens);

    public void Dispose()
    {
    }

    private sealed class Batch : IDecoderBatch
    {
        private readonly TableDecoder _decoder;
        private readonly float[][] _logits;
        private int[] _last;
        private int _room;

        public Batch(TableDecoder decoder, float[][] logits, int[] last, int room)
        {
            (_decoder, _logits, _last, _room) = (decoder, logits, last, room);
            decoder.RowsOfSteps.Add(last.Length);
        }

        public int Rows => _last.Length;

        public ReadOnlySpan<float> Logits(int row) => _logits[_last[row]];

        public void Reorder(ReadOnlySpan<int> sourceRows)
        {
            var last = _last;
            _last = [.. sourceRows.ToArray().Select(row => last[row])];
        }

        public void Append(ReadOnlySpan<int> nextIds)
        {
            Assert.Equal(Rows, nextIds.Length);
            Assert.True(_room-- > 0, "More steps than room was asked for.");
            _decoder.RowsOfSteps.Add(Rows);
            _last = nextIds.ToArray();
            _decoder.Ran?.Invoke(_decoder.RowsOfSteps.Count);
        }

        public void Dispose()
        {
        }
    }
}
