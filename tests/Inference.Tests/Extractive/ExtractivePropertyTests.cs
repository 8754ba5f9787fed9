using Pipeline.Inference.Recipes;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Tests.Extractive;

public sealed class ExtractivePropertyTests
{
    private static readonly string[] _texts = [.. RandomTexts.Make(1500, seed: 7).Where(t => t.Trim().Length > 0)];

    public static TheoryData<string> Recipes => ["extractive", "extractive-title"];

    private static ISummarizer Make(string recipe) => EngineFactory.Baselines.CreateSummarizer(BuiltInRecipes.Find(recipe));

    [Theory]
    [MemberData(nameof(Recipes))]
    public async Task Numbers_words_and_quotations_survive_whole_or_not_at_all(string recipe)
    {
        var withPieces = 0;
        foreach (var outcome in await Outcomes.Of(Make(recipe), _texts))
        {
            var rest = outcome.Value!.Text;
            withPieces += RandomTexts.Whole.Any(rest.Contains) ? 1 : 0;
            foreach (var piece in RandomTexts.Whole.OrderByDescending(p => p.Length))
            {
                rest = rest.Replace(piece, "◇", StringComparison.Ordinal);
            }

            rest = rest.Replace("the", "", StringComparison.Ordinal).Replace("server", "", StringComparison.Ordinal);
            Assert.True(!rest.Any(c => char.IsAsciiLetterOrDigit(c) || "“”（）《》[]%℃".Contains(c)), $"{rest} in {outcome.Value.Text}");
        }

        Assert.True(withPieces > _texts.Length / 3, $"only {withPieces} summaries put the rule to the test");
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public async Task Length_stays_within_the_limit_of_the_recipe(string recipe)
    {
        var outcomes = await Outcomes.Of(Make(recipe), _texts);
        foreach (var (text, outcome) in _texts.Zip(outcomes))
        {
            var target = Math.Clamp(Math.Round(Script.Length(text.Trim()) * 0.2), 20, 80);
            var limit = recipe == "extractive" ? Math.Min(target * 1.25, 80) : 30;
            Assert.InRange(Script.Length(outcome.Value!.Text), 1, (int)limit);
        }
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public async Task Letters_and_digits_stand_in_the_order_of_the_source(string recipe)
    {
        var outcomes = await Outcomes.Of(Make(recipe), _texts);
        foreach (var (text, outcome) in _texts.Zip(outcomes))
        {
            var at = 0;
            foreach (var c in outcome.Value!.Text.Where(char.IsLetterOrDigit))
            {
                at = text.IndexOf(c, at) + 1;
                Assert.True(at > 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public async Task A_batch_gives_what_each_text_gives_alone_and_again(string recipe)
    {
        var batch = await Outcomes.Of(Make(recipe), _texts);
        var summarizer = Make(recipe);
        var alone = new Summary?[_texts.Length];
        await Parallel.ForAsync(0, _texts.Length, TestContext.Current.CancellationToken, async (i, _) =>
            alone[i] = (await Outcomes.Of(summarizer, _texts[i]))[0].Value);
        Assert.Equal(batch.Select(o => o.Value), alone);
    }

    [Theory]
    [InlineData("extractive")]
    [InlineData("extractive-title")]
    [InlineData("lead")]
    public async Task White_space_alone_is_refused_with_a_reason_and_leaves_its_neighbours_alone(string recipe)
    {
        var outcomes = await Outcomes.Of(Make(recipe), "电梯故障", " \t\n", "", "端口告警");
        Assert.Equal(["电梯故障", null, null, "端口告警"], outcomes.Select(o => o.Value?.Text));
        Assert.All(outcomes[1..3], o => Assert.Equal("empty-text", o.Failure!.Code));
        Assert.All(outcomes[1..3], o => Assert.NotEmpty(o.Failure!.Reason));
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public async Task A_source_within_the_target_is_copied(string recipe)
    {
        var outcome = (await Outcomes.Of(Make(recipe), "  电梯故障，请尽快处理。\n"))[0];
        Assert.Equal(new("电梯故障，请尽快处理。", "copied", false), outcome.Value);
    }

    [Theory]
    [InlineData("啊")]
    [InlineData("a")]
    [InlineData("(")]
    [InlineData("\"")]
    [InlineData("1年")]
    [InlineData("一分之")]
    [InlineData("((((x))))")]
    [InlineData("😀")]
    [InlineData("\ud83d")]
    [InlineData("二，")]
    public async Task A_mebibyte_of_repetition_ends_quickly_and_says_that_only_its_head_was_read(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, (1 << 20) / unit.Length));
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        foreach (var recipe in (string[])["extractive", "extractive-title"])
        {
            var summary = (await Outcomes.Of(Make(recipe), text))[0].Value;
            Assert.True(summary!.Truncated);
            Assert.InRange(Script.Length(summary.Text), 1, 80);
        }

        Assert.True(clock.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_cancelled_run_ends_with_the_cancellation()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Make("lead").SummarizeAsync(["电梯"], cancelled.Token))
            {
                Assert.Fail("Nothing was to be settled.");
            }
        });
    }
}
