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

    /// <summary>Called with a prompt's last id when it is run; may throw.</summary>
    public Action<int>? Fault { get; init; }

    /// <summary>Most tokens that a row gets at once.</summary>
    public int LongestSequence { get; init; } = 1;

    /// <summary>The tokens of every step with several so far.</summary>
    public List<int[]> Sequences { get; } = [];

    /// <summary>Rows of every step so far.</summary>
    public List<int> RowsOfSteps { get; } = [];

    /// <summary>The prompts so far.</summary>
    public List<int[]> Prompts { get; } = [];

    /// <summary>Most rows * tokens that there is room for.</summary>
    public long Memory { get; init; } = long.MaxValue;

    /// <summary>Whether prompts that begin at the same time are run together.</summary>
    public bool AddsTogether { get; init; }

    /// <summary>Whether it draws tokens itself.</summary>
    public bool Draws { get; init; }

    /// <summary>How many tokens it drew together, each time.</summary>
    public List<int> Drawn { get; } = [];

    /// <summary>How many prompts were run together, each time.</summary>
    public List<int> Together { get; } = [];

    /// <summary>What room was asked for.</summary>
    public List<(int Rows, int Tokens)> Reserved { get; } = [];

    public static TableDecoder Random(int vocabulary, int seed, bool draws = false, bool together = false)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, vocabulary).Select(_ =>
            Enumerable.Range(0, vocabulary).Select(_ => (float)(random.NextDouble() * 4)).ToArray())])
        {
            Draws = draws, AddsTogether = together,
        };
    }

    /// <summary>Logarithm of the probability of an id after another.</summary>
    public double LogProbability(int after, int id) => logits[after][id] - Math.Log(logits[after].Sum(x => Math.Exp(x)));

    public IDecoderBatch Open() => new Batch(this, logits);

    public void Dispose()
    {
    }

    private sealed class Batch(TableDecoder decoder, float[][] logits) : IDecoderBatch
    {
        private List<int> _last = [];

        public int Rows => _last.Count;

        public int LongestSequence => decoder.LongestSequence;

        public bool AddsTogether => decoder.AddsTogether;

        public ReadOnlySpan<float> Logits(int row) => logits[_last[row]];

        public bool Draws => decoder.Draws;

        public IReadOnlyList<ScoredToken> Draw(IReadOnlyList<RowDraw> draws)
        {
            decoder.Drawn.Add(draws.Count);
            return [.. draws.Select(draw =>
            {
                var scores = logits[_last[draw.Row]];
                var id = TokenDraw.Next(scores, draw.Temperature, draw.TopK, draw.TopP, draw.Uniform);
                return new ScoredToken(id, scores[id]);
            })];
        }

        public void AppendSequence(ReadOnlySpan<int> ids)
        {
            Assert.Equal(1, Rows);
            decoder.RowsOfSteps.Add(1);
            decoder.Sequences.Add(ids.ToArray());
            _last = [.. ids];
        }

        public void Keep(int tokens) => _last = [_last[tokens - 1]];

        public void Reserve(int rows, int tokens)
        {
            Assert.True(rows >= Rows, "Room for fewer rows than there are.");
            decoder.Reserved.Add((rows, tokens));
            if ((long)rows * tokens > decoder.Memory)
            {
                throw new InsufficientMemoryException();
            }
        }

        public void Add(ReadOnlySpan<int> prompt)
        {
            _last.Add(prompt[^1]);
            decoder.Prompts.Add(prompt.ToArray());
            decoder.Fault?.Invoke(prompt[^1]);
        }

        public void Add(IReadOnlyList<int[]> prompts)
        {
            decoder.Together.Add(prompts.Count);
            foreach (var prompt in prompts)
            {
                decoder.Fault?.Invoke(prompt[^1]);
            }

            _last.AddRange(prompts.Select(prompt => prompt[^1]));
            decoder.Prompts.AddRange(prompts);
        }

        public void Reorder(ReadOnlySpan<int> sourceRows)
        {
            var last = _last;
            _last = [.. sourceRows.ToArray().Select(row => last[row])];
        }

        public void Append(ReadOnlySpan<int> nextIds)
        {
            Assert.Equal(Rows, nextIds.Length);
            decoder.RowsOfSteps.Add(Rows);
            _last = [.. nextIds];
            decoder.Ran?.Invoke(decoder.RowsOfSteps.Count);
        }

        public void Dispose()
        {
        }
    }
}
