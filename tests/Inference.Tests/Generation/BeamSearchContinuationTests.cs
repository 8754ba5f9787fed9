using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

public sealed class BeamSearchContinuationTests
{
    private const int End = 3;
    private const int Length = 3;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    [InlineData(3, 2.5)]
    [InlineData(4, -1)]
    public void With_a_beam_for_every_text_the_best_of_all_is_found(int seed, double lengthPenalty)
    {
        var decoder = TableDecoder.Random(4, seed);
        var found = Run(decoder, new() { Beams = 64, MaxNewTokens = Length, LengthPenalty = lengthPenalty });
        var (ids, score) = Texts(decoder, [], 1)
            .Select(text => (text.Ids, Score: text.LogProbability / Math.Pow(text.Ids.Length, lengthPenalty)))
            .MaxBy(text => text.Score);
        Assert.Equal(ids, found.Ids);
        Assert.Equal(score, found.Score ?? double.NaN, 1e-6);
    }

    [Fact]
    public void Score_and_probability_are_those_of_the_text()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var decoder = TableDecoder.Random(6, seed);
            var found = Run(decoder, new() { Beams = 3, MaxNewTokens = 5, LengthPenalty = 2 });
            var logProbability = found.Ids.Prepend(1).Zip(found.Ids, decoder.LogProbability).Sum();
            Assert.Equal(logProbability, found.LogProbability, 1e-5);
            Assert.Equal(logProbability / Math.Pow(found.Ids.Count, 2), found.Score ?? double.NaN, 1e-5);
            Assert.Equal(found.Ids[^1] == End ? FinishReason.EndOfSequence : FinishReason.Length, found.FinishReason);
        }
    }

    [Fact]
    public void The_penalty_multiplies_the_log_probability_of_what_occurred()
    {
        var decoder = TableDecoder.Random(6, 5);
        var found = Run(decoder, new() { Beams = 3, MaxNewTokens = 6, RepetitionPenalty = 1.5 });
        var seen = new HashSet<int> { 1 };
        var score = 0d;
        foreach (var (before, id) in found.Ids.Prepend(1).Zip(found.Ids))
        {
            score += decoder.LogProbability(before, id) * (seen.Add(id) ? 1 : 1.5);
        }

        Assert.Equal(score / found.Ids.Count, found.Score ?? double.NaN, 1e-5);
    }

    [Fact]
    public void No_end_before_the_minimum_length()
    {
        var decoder = TableDecoder.Random(4, 1);
        Assert.Single(Run(decoder, new() { Beams = 2, MaxNewTokens = 9, LengthPenalty = -3 }).Ids);
        var longer = Run(decoder, new() { Beams = 2, MaxNewTokens = 9, LengthPenalty = -3, MinNewTokens = 4 });
        Assert.True(longer.Ids.Count > 4);
        Assert.DoesNotContain(End, longer.Ids.Take(4));
    }

    [Fact]
    public void The_search_ends_as_soon_as_no_running_text_can_win()
    {
        // After 1 comes the end with certainty, for all practical purposes.
        var decoder = new TableDecoder([[0, 0, 0, 0], [0, 0, 0, 30], [0, 0, 0, 30], [0, 0, 0, 0]]);
        var found = Run(decoder, new() { Beams = 2, MaxNewTokens = 50 });
        Assert.Equal([End], found.Ids);
        // One beam after the prompt; its ends fill the finished places of both beams one step later.
        Assert.InRange(decoder.RowsOfSteps.Count, 1, 3);
    }

    [Fact]
    public void Broken_logits_are_no_candidates() =>
        Assert.Throws<BrokenLogitsException>(() => Run(new([[0, 0], [0, float.NaN]]), new() { Beams = 2 }));

    private static GeneratedText Run(TableDecoder decoder, GenerationOptions options)
    {
        var stop = new StopCondition(options, [End], ids => string.Join(' ', ids), _ => null);
        var continuation = new BeamSearchContinuation([1], options, stop, options.MaxNewTokens);
        using var batch = decoder.Start([[1]], options.MaxNewTokens);
        while (true)
        {
            var next = new List<NextRow>();
            continuation.Advance(batch, 0, next);
            if (continuation.Result is { } result)
            {
                Assert.Empty(next);
                return result;
            }

            batch.Reorder([.. next.Select(row => row.Source)]);
            batch.Append([.. next.Select(row => row.Id)]);
        }
    }

    private static IEnumerable<(int[] Ids, double LogProbability)> Texts(TableDecoder decoder, int[] ids, int last)
    {
        for (var id = 0; id < decoder.VocabularySize; id++)
        {
            int[] longer = [.. ids, id];
            var step = decoder.LogProbability(last, id);
            var rest = id == End || longer.Length == Length ? [(longer, 0d)] : Texts(decoder, longer, id);
            foreach (var (text, logProbability) in rest)
            {
                yield return (text, step + logProbability);
            }
        }
    }
}
