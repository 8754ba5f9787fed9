using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

public sealed class TextGeneratorTests(DecoderFixture models) : IClassFixture<DecoderFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outcomes_come_when_their_text_ends()
    {
        var decoder = new TableDecoder([[0, 0, 0, 0], [0, 9, 0, 0], [0, 0, 0, 9], [0, 0, 0, 0]]);
        using var generator = Generator(decoder, new());
        var steps = new List<(int Index, int Steps)>();
        await foreach (var outcome in generator.GenerateAsync([[1], [2]], new() { MaxNewTokens = 20 }, RequestPriority.Bulk, Cancellation))
        {
            steps.Add((outcome.Index, decoder.RowsOfSteps.Count));
        }

        Assert.Equal([1, 0], steps.Select(step => step.Index));
        // The model runs on while outcomes are read.
        Assert.InRange(steps[0].Steps, 0, 19);
        Assert.Equal(19, steps[1].Steps);
    }

    [Fact]
    public async Task The_cache_never_takes_more_than_it_may()
    {
        // 10 bytes a token: 20 tokens, so two prompts of 10 with their new tokens.
        var decoder = new TableDecoder([[0, 9], [9, 0]]);
        using var generator = Generator(decoder, new() { MaxCacheBytes = 200, InteractiveRows = 0 }, endOfSequence: []);
        await DecoderFixture.RunAsync(generator, [[.. new int[8]], [.. new int[8]], [.. new int[8]]], new() { MaxNewTokens = 2 });
        Assert.Equal([2, 1], decoder.RowsOfSteps);
        Assert.All(decoder.Reserved, room => Assert.Equal((2, 10), room));

        var outcome = await OnlyAsync(generator, new int[19], new() { MaxNewTokens = 2 });
        Assert.Equal("prompt-too-long", outcome.Failure!.Code);
        Assert.Contains("MaxCacheBytes allows 200", outcome.Failure.Reason, StringComparison.Ordinal);
        Assert.Contains("21 tokens", outcome.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompts_that_can_not_run_fail_alone()
    {
        using var generator = models.Generator("bloom-a");
        var failures = new Dictionary<int, TextFailure>();
        var texts = 0;
        await foreach (var outcome in generator.GenerateAsync([[5], new int[2048], [], [5, 6272], [7, -1]], new() { MaxNewTokens = 2 }, RequestPriority.Bulk, Cancellation))
        {
            texts += outcome.Value is null ? 0 : 1;
            if (outcome.Failure is { } failure)
            {
                failures[outcome.Index] = failure;
            }
        }

        Assert.Equal(1, texts);
        Assert.Equal("prompt-too-long", failures[1].Code);
        Assert.Contains("2048 tokens", failures[1].Reason, StringComparison.Ordinal);
        Assert.Equal("empty-prompt", failures[2].Code);
        Assert.Equal(("unknown-token", "unknown-token"), (failures[3].Code, failures[4].Code));
        Assert.Contains("6272", failures[3].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_logits_fail_their_text_alone()
    {
        var decoder = new TableDecoder([[0, 0, 9], [0, float.NaN, 0], [0, 0, 0]]);
        using var generator = Generator(decoder, new(), endOfSequence: [2]);
        var outcomes = new List<TextOutcome<GeneratedText>>();
        await foreach (var outcome in generator.GenerateAsync([[1], [0]], new(), RequestPriority.Bulk, Cancellation))
        {
            outcomes.Add(outcome);
        }

        Assert.Equal(TextFailure.EngineError, outcomes.Single(o => o.Index == 0).Failure!.Code);
        Assert.Equal([2], outcomes.Single(o => o.Index == 1).Value!.Ids);
    }

    [Fact]
    public async Task The_window_ends_a_text_like_its_length()
    {
        var decoder = new TableDecoder([[0, 9], [9, 0]]) { MaxTokens = 7 };
        using var generator = Generator(decoder, new(), endOfSequence: []);
        var text = (await OnlyAsync(generator, [0, 1, 0, 1], new() { MaxNewTokens = 50 })).Value!;
        Assert.Equal([0, 1, 0], text.Ids);
        Assert.Equal(FinishReason.Length, text.FinishReason);
    }

    [Fact]
    public async Task A_cancellation_is_heeded_between_tokens()
    {
        using var cancel = new CancellationTokenSource();
        var decoder = new TableDecoder([[0, 9], [9, 0]]) { MaxTokens = 100_000, Ran = steps => Cancel(steps) };
        using var generator = Generator(decoder, new(), endOfSequence: []);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var outcome in generator.GenerateAsync([[0]], new() { MaxNewTokens = 50_000 }, RequestPriority.Bulk, cancel.Token))
            {
                Assert.Fail($"Outcome {outcome.Index} of a cancelled run.");
            }
        });
        Assert.InRange(decoder.RowsOfSteps.Count, 5, 6);

        void Cancel(int steps)
        {
            if (steps == 5)
            {
                cancel.Cancel();
            }
        }
    }

    [Fact]
    public async Task Impossible_options_are_refused()
    {
        using var generator = models.Generator("bloom-a");
        await Assert.ThrowsAsync<GenerationException>(() => DecoderFixture.RunAsync(generator, [[5]], new() { MaxNewTokens = 0 }));
        Assert.Throws<GenerationException>(() => models.Generator("bloom-a", new() { MaxBatchRows = 0 }));
        Assert.Throws<GenerationException>(() => models.Generator("bloom-a", new() { MaxCacheBytes = 0 }));
    }

    [Fact]
    public async Task The_text_is_cut_before_a_stop_string()
    {
        using var generator = models.Generator("bloom-a");
        var golden = DecoderGoldens.Read("bloom-a").Cases.First(c => c.GreedyText.Length > 20 && !c.GreedyEndedByEos);
        // From the middle of one token to the middle of another, most likely; in any case where the text has it first.
        var stop = golden.GreedyText[9..13];
        var text = (await OnlyAsync(generator, golden.InputIds, new() { MaxNewTokens = 24, StopStrings = [stop] })).Value!;
        Assert.Equal(FinishReason.Stop, text.FinishReason);
        Assert.Equal(golden.GreedyText[..golden.GreedyText.IndexOf(stop, StringComparison.Ordinal)], text.Text);
        Assert.True(text.Ids.Count < golden.GreedyIds.Length);
        Assert.Equal(golden.GreedyIds.Take(text.Ids.Count), text.Ids);
    }

    [Fact]
    public async Task No_end_before_the_minimum_length()
    {
        using var generator = models.Generator("bloom-b");
        var golden = DecoderGoldens.Read("bloom-b").Cases.First(c => c.GreedyEndedByEos && c.GreedyIds.Length < 10);
        var text = (await OnlyAsync(generator, golden.InputIds, new() { MaxNewTokens = 24, MinNewTokens = 20 })).Value!;
        Assert.True(text.Ids.Count >= 20);
        Assert.DoesNotContain(2, text.Ids.Take(20));
        Assert.Equal(golden.GreedyIds[..^1], text.Ids.Take(golden.GreedyIds.Length - 1));
    }

    [Fact]
    public async Task A_sample_depends_on_seed_number_and_prompt_alone()
    {
        using var generator = models.Generator("qwen2-tied", new() { MaxBatchRows = 5 });
        var prompts = DecoderGoldens.Read("qwen2-tied").Cases.Select(c => c.InputIds).ToArray();
        GenerationOptions options = new() { MaxNewTokens = 12, Temperature = 0.8, TopK = 50, TopP = 0.95, Seed = 42 };
        var all = await DecoderFixture.RunAsync(generator, prompts, options);
        var reversed = await DecoderFixture.RunAsync(generator, [.. prompts.Reverse()], options);
        Assert.Equal(all.Select(t => t.Text), reversed.Reverse().Select(t => t.Text));
        Assert.Equal(all[3].Ids, (await OnlyAsync(generator, prompts[3], options)).Value!.Ids);

        var others = await DecoderFixture.RunAsync(generator, prompts, options with { SampleNumber = 1 });
        Assert.True(all.Zip(others).Count(pair => pair.First.Text != pair.Second.Text) > prompts.Length / 2);
        others = await DecoderFixture.RunAsync(generator, prompts, options with { Seed = 43 });
        Assert.True(all.Zip(others).Count(pair => pair.First.Text != pair.Second.Text) > prompts.Length / 2);
    }

    private TextGenerator Generator(IDecoder decoder, TextGeneratorOptions limits, int[]? endOfSequence = null) =>
        new("table", decoder, models.Open("bloom-a").LoadTokenizer(), endOfSequence ?? [3], limits);

    private static async Task<TextOutcome<GeneratedText>> OnlyAsync(TextGenerator generator, int[] prompt, GenerationOptions options)
    {
        TextOutcome<GeneratedText>? only = null;
        await foreach (var outcome in generator.GenerateAsync([prompt], options, RequestPriority.Bulk, Cancellation))
        {
            Assert.Null(only);
            only = outcome;
        }

        return only!.Value;
    }
}
