using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>Calls that share a generator.</summary>
public sealed class GenerationEngineTests(DecoderFixture models) : IClassFixture<DecoderFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_finished_row_makes_room_before_the_next_step()
    {
        var decoder = Countdown();
        using var generator = Generator(decoder, new() { MaxBatchRows = 2 });
        var order = new List<int>();
        await foreach (var outcome in generator.GenerateAsync([[4], [2], [3], [1]], new(), RequestPriority.Bulk, Cancellation))
        {
            order.Add(outcome.Index);
        }

        // The third begins when the second has ended, the fourth when all others have, and needs no step.
        Assert.Equal([2, 2, 2], decoder.RowsOfSteps);
        Assert.Equal([1, 0, 2, 3], order);
    }

    [Fact]
    public async Task A_call_that_comes_later_joins_the_rows_that_run()
    {
        using var reached = new SemaphoreSlim(0);
        using var joined = new ManualResetEventSlim();
        var decoder = Countdown(steps =>
        {
            if (steps == 3)
            {
                reached.Release();
                Assert.True(joined.Wait(TimeSpan.FromSeconds(30)));
            }
        });
        using var generator = Generator(decoder, new());
        var first = DecoderFixture.RunAsync(generator, [[9], [8]], new());
        await reached.WaitAsync(Cancellation);
        var second = DecoderFixture.RunAsync(generator, [[3]], new());
        joined.Set();
        Assert.Equal([2, 1, 0], (await second)[0].Ids);
        Assert.Equal([8, 7, 6, 5, 4, 3, 2, 1, 0], (await first)[0].Ids);
        Assert.Contains(3, decoder.RowsOfSteps);
    }

    [Fact]
    public async Task Interactive_requests_go_first()
    {
        using var reached = new SemaphoreSlim(0);
        using var joined = new ManualResetEventSlim();
        var decoder = Countdown(steps =>
        {
            if (steps == 1)
            {
                reached.Release();
                Assert.True(joined.Wait(TimeSpan.FromSeconds(30)));
            }
        });
        using var generator = Generator(decoder, new() { MaxBatchRows = 1, InteractiveRows = 0 });
        var bulk = DecoderFixture.RunAsync(generator, [[3], [4]], new());
        await reached.WaitAsync(Cancellation);
        var interactive = DecoderFixture.RunAsync(generator, [[5]], new(), RequestPriority.Interactive);
        joined.Set();
        await Task.WhenAll(bulk, interactive);
        Assert.Equal([3, 5, 4], decoder.Prompts.Select(prompt => prompt[^1]));
    }

    [Fact]
    public async Task A_cancelled_call_leaves_and_the_others_go_on()
    {
        using var cancel = new CancellationTokenSource();
        var decoder = Countdown(steps =>
        {
            if (steps == 2)
            {
                cancel.Cancel();
            }
        });
        using var generator = Generator(decoder, new() { MaxBatchRows = 3 });
        var cancelled = Task.Run(
            async () =>
            {
                await foreach (var outcome in generator.GenerateAsync([[9], [9], [9], [9], [9]], new(), RequestPriority.Bulk, cancel.Token))
                {
                    Assert.Fail($"Outcome {outcome.Index} of a cancelled call.");
                }
            },
            Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        var prompts = decoder.Prompts.Count;
        Assert.Equal([5, 4, 3, 2, 1, 0], (await DecoderFixture.RunAsync(generator, [[6]], new()))[0].Ids);
        Assert.Equal([3, 3, 1, 1, 1, 1, 1], decoder.RowsOfSteps);
        Assert.Equal(prompts + 1, decoder.Prompts.Count);
    }

    [Fact]
    public async Task Who_stops_reading_stops_the_work()
    {
        var decoder = Countdown();
        using var generator = Generator(decoder, new() { MaxBatchRows = 2 });
        await foreach (var outcome in generator.GenerateAsync([[2], [9], [9], [9]], new(), RequestPriority.Bulk, Cancellation))
        {
            Assert.Equal(0, outcome.Index);
            break;
        }

        var steps = decoder.RowsOfSteps.Count;
        Assert.Equal([0], (await DecoderFixture.RunAsync(generator, [[1]], new()))[0].Ids);
        Assert.Equal(steps, decoder.RowsOfSteps.Count);
    }

    [Fact]
    public async Task With_less_memory_than_was_thought_fewer_rows_run()
    {
        var decoder = Countdown(memory: 30);
        using var generator = Generator(decoder, new() { MaxBatchRows = 8, InteractiveRows = 0 });

        var texts = await DecoderFixture.RunAsync(generator, [[4], [4], [4], [4], [4]], new() { MaxNewTokens = 9 });

        Assert.All(texts, text => Assert.Equal([3, 2, 1, 0], text.Ids));
        // Ten tokens a row: eight rows, then four, then two, and never more again.
        Assert.Equal([8, 4, 2], decoder.Reserved.Take(3).Select(room => room.Rows));
        Assert.DoesNotContain(decoder.Reserved.Skip(3), room => room.Rows * room.Tokens > 30);
        Assert.True(decoder.RowsOfSteps.Max() == 2, string.Join(' ', decoder.RowsOfSteps));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_prompt_that_fails_fails_alone(bool together)
    {
        var decoder = Countdown(fault: id => BreakWhen(id == 5), together: together);
        using var generator = Generator(decoder, new());
        var outcomes = new ConcurrentDictionary<int, TextOutcome<GeneratedText>>();
        await foreach (var outcome in generator.GenerateAsync([[7], [5], [3]], new(), RequestPriority.Bulk, Cancellation))
        {
            Assert.True(outcomes.TryAdd(outcome.Index, outcome));
        }

        Assert.Equal(TextFailure.EngineError, outcomes[1].Failure!.Code);
        Assert.Contains("prompt of 1 tokens", outcomes[1].Failure!.Reason, StringComparison.Ordinal);
        Assert.Equal([6, 5, 4, 3, 2, 1, 0], outcomes[0].Value!.Ids);
        Assert.Equal([2, 1, 0], outcomes[2].Value!.Ids);

        // What fails together is run again one after the other.
        Assert.Equal(together ? [3] : [], decoder.Together);
        Assert.Equal([7, 5, 3], decoder.Prompts.Select(prompt => prompt[^1]));
    }

    [Fact]
    public async Task Prompts_that_begin_at_the_same_time_are_run_together()
    {
        using var reached = new SemaphoreSlim(0);
        using var joined = new ManualResetEventSlim();
        var decoder = Countdown(
            steps =>
            {
                if (steps == 2)
                {
                    reached.Release();
                    Assert.True(joined.Wait(TimeSpan.FromSeconds(30)));
                }
            },
            fault: id => BreakWhen(id == 6), together: true);
        using var generator = Generator(decoder, new());

        var first = DecoderFixture.RunAsync(generator, [[9], [1], [4]], new());
        await reached.WaitAsync(Cancellation);
        var outcomes = new ConcurrentDictionary<int, TextOutcome<GeneratedText>>();
        var second = Task.Run(
            async () =>
            {
                await foreach (var outcome in generator.GenerateAsync([[3], [6], [8]], new(), RequestPriority.Bulk, Cancellation))
                {
                    Assert.True(outcomes.TryAdd(outcome.Index, outcome));
                }
            },
            Cancellation);
        joined.Set();
        await second;

        // Those that run take no harm from one that fails beside those that join them.
        var texts = await first;
        Assert.Equal([8, 7, 6, 5, 4, 3, 2, 1, 0], texts[0].Ids);
        Assert.Equal([0], texts[1].Ids);
        Assert.Equal([3, 2, 1, 0], texts[2].Ids);
        Assert.Equal([2, 1, 0], outcomes[0].Value!.Ids);
        Assert.Equal(TextFailure.EngineError, outcomes[1].Failure!.Code);
        Assert.Equal([7, 6, 5, 4, 3, 2, 1, 0], outcomes[2].Value!.Ids);
        Assert.Equal([3, 3], decoder.Together);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Samples_are_drawn_together_where_the_logits_lie_unless_they_are_changed_before(bool together)
    {
        const int vocabulary = 30;
        GenerationOptions options = new() { Temperature = 1.5, TopK = 12, TopP = 0.9, MaxNewTokens = 20, MinNewTokens = 3, Seed = 4 };
        var (plain, drawing) = (TableDecoder.Random(vocabulary, 1), TableDecoder.Random(vocabulary, 1, draws: true, together));
        using var one = Generator(plain, new());
        using var other = Generator(drawing, new());
        int[][] prompts = [[3], [4], [5]];

        var expected = await DecoderFixture.RunAsync(one, prompts, options);
        var found = await DecoderFixture.RunAsync(other, prompts, options);
        _ = await DecoderFixture.RunAsync(other, prompts, options with { RepetitionPenalty = 1.2 });
        _ = await DecoderFixture.RunAsync(other, prompts, new() { MaxNewTokens = 5 });

        Assert.Equal(expected.Select(text => text.Ids), found.Select(text => text.Ids));
        Assert.Equal(expected.Select(text => text.LogProbability), found.Select(text => text.LogProbability));
        // All but the first three tokens of each, which may not be an end.
        Assert.Equal(found.Sum(text => text.Ids.Count - options.MinNewTokens), drawing.Drawn.Sum());
        Assert.Equal(prompts.Length, drawing.Drawn.Max());
        Assert.Empty(plain.Drawn);
    }

    [Fact]
    public async Task A_step_that_fails_fails_what_runs_and_nothing_else()
    {
        var decoder = Countdown(steps => BreakWhen(steps == 2));
        using var generator = Generator(decoder, new() { MaxBatchRows = 2 });
        var outcomes = new ConcurrentDictionary<int, TextOutcome<GeneratedText>>();
        await foreach (var outcome in generator.GenerateAsync([[7], [5], [3]], new(), RequestPriority.Bulk, Cancellation))
        {
            Assert.True(outcomes.TryAdd(outcome.Index, outcome));
        }

        Assert.Equal((TextFailure.EngineError, TextFailure.EngineError), (outcomes[0].Failure!.Code, outcomes[1].Failure!.Code));
        Assert.Equal([2, 1, 0], outcomes[2].Value!.Ids);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_exception_reaches_those_who_run_and_the_engine_goes_on(bool together)
    {
        var decoder = Countdown(fault: id => Throw(id == 5), together: together);
        using var generator = Generator(decoder, new());
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => DecoderFixture.RunAsync(generator, [[7], [5], [3]], new()));
        Assert.Equal("a bug", exception.Message);
        Assert.Equal([2, 1, 0], (await DecoderFixture.RunAsync(generator, [[3]], new()))[0].Ids);
    }

    [Fact]
    public async Task Disposal_ends_what_runs()
    {
        using var reached = new SemaphoreSlim(0);
        var decoder = Countdown(_ => reached.Release(), maxTokens: 1_000_000);
        var generator = Generator(decoder, new(), endOfSequence: []);
        var endless = DecoderFixture.RunAsync(generator, [[9]], new() { MaxNewTokens = 900_000 });
        await reached.WaitAsync(Cancellation);
        generator.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => endless);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => DecoderFixture.RunAsync(generator, [[9]], new()));
    }

    [Fact]
    public async Task A_text_that_runs_alone_takes_what_it_copies_from_its_prompt_in_long_steps()
    {
        var decoder = Countdown(longestSequence: 8);
        using var generator = Generator(decoder, new());

        // 9 8 7 .. stands in the prompt, but for the 4.
        var text = (await DecoderFixture.RunAsync(generator, [[9, 8, 7, 6, 5, 3, 9]], new()))[0];

        Assert.Equal([8, 7, 6, 5, 4, 3, 2, 1, 0], text.Ids);
        Assert.Equal([8, 7, 6], decoder.Sequences[0]);
        Assert.True(decoder.RowsOfSteps.Count < 8, $"{decoder.RowsOfSteps.Count} steps");
    }

    [Fact]
    public async Task Beside_others_nothing_is_guessed()
    {
        var decoder = Countdown(longestSequence: 8);
        using var generator = Generator(decoder, new());

        await DecoderFixture.RunAsync(generator, [[9, 8, 7, 6, 5, 4, 9], [9, 8, 7, 6, 5, 4, 9]], new());

        Assert.Empty(decoder.Sequences);
    }

    [Theory]
    [InlineData("bloom-a", ModelPrecision.Fp32)]
    [InlineData("qwen2-untied", ModelPrecision.Fp32)]
    [InlineData("bloom-b", ModelPrecision.Int8)]
    [InlineData("qwen2-tied", ModelPrecision.Int8)]
    public async Task A_text_is_the_same_to_the_bit_whatever_runs_beside_it_and_whenever_it_came(string name, ModelPrecision precision)
    {
        GenerationOptions options = new() { MaxNewTokens = 12 };
        var opened = models.Open(name, precision);
        var prompts = DecoderGoldens.Read(name).Cases.Select(c => c.InputIds).ToArray();
        var alone = new List<GeneratedText>();
        using (var one = opened.CreateGenerator(new() { MaxBatchRows = 1 }, threads: 1))
        {
            foreach (var prompt in prompts)
            {
                alone.Add((await DecoderFixture.RunAsync(one, [prompt], options))[0]);
            }
        }

        foreach (var (rows, tokens) in ((int, int)[])[(2, 1), (3, 4096), (16, 40)])
        {
            // Three calls at once, in another order each, mixed with beams.
            using var generator = opened.CreateGenerator(new() { MaxBatchRows = rows, PromptTokensPerStep = tokens }, threads: 1);
            var forth = DecoderFixture.RunAsync(generator, prompts, options);
            var back = DecoderFixture.RunAsync(generator, [.. prompts.Reverse()], options);
            var beams = DecoderFixture.RunAsync(generator, prompts[..3], options with { Beams = 3 });
            Check(await forth);
            Check((await back).Reverse());
            var found = await beams;
            var again = await DecoderFixture.RunAsync(generator, [prompts[1]], options with { Beams = 3 });
            Assert.Equal((found[1].LogProbability, found[1].Score), (again[0].LogProbability, again[0].Score));
        }

        void Check(IEnumerable<GeneratedText> texts)
        {
            foreach (var (expected, found) in alone.Zip(texts))
            {
                Assert.Equal(expected.Ids, found.Ids);
                Assert.Equal(expected.LogProbability, found.LogProbability);
            }
        }
    }

    /// <summary>After id n comes n - 1; 0 ends a text.</summary>
    private static TableDecoder Countdown(
        Action<int>? ran = null, Action<int>? fault = null, int maxTokens = 100, long memory = long.MaxValue,
        int longestSequence = 1, bool together = false)
    {
        var logits = Enumerable.Range(0, 10).Select(row => Enumerable.Range(0, 10).Select(id => id == Math.Max(0, row - 1) ? 30f : 0).ToArray());
        return new([.. logits])
        {
            Ran = ran, Fault = fault, MaxTokens = maxTokens, Memory = memory, LongestSequence = longestSequence, AddsTogether = together,
        };
    }

    /// <summary>What the runtime throws when it fails.</summary>
    private static void BreakWhen(bool isTime)
    {
        if (isTime)
        {
            using var session = new InferenceSession([1, 2, 3]);
        }
    }

    private static void Throw(bool isTime)
    {
        if (isTime)
        {
            throw new InvalidOperationException("a bug");
        }
    }

    private TextGenerator Generator(IDecoder decoder, TextGeneratorOptions limits, int[]? endOfSequence = null) =>
        new("table", decoder, models.Open("bloom-a").LoadTokenizer(), endOfSequence ?? [0], limits);
}
