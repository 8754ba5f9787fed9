using Pipeline.Inference.Processing;

namespace Pipeline.Inference.Tests.Processing;

public sealed class PromptedSummarizerTests
{
    private const string ThreeEvents = "市民反映三件事：一是3号楼电梯停运；二是早餐摊凌晨4点扰民；三是停车费由180元涨到260元，没有公示。";

    private static readonly SummarySettings _settings = new(
        BuiltInPrompts.Verbose, MaxPromptTokens: 512, HeadShare: 0.5, EventMode.Prompt, DemandCause: true, MaxParts: 1, new([]), RepairNumbers: true);

    [Fact]
    public async Task A_text_is_asked_for_in_the_templates_words_and_its_answer_cleaned()
    {
        var completer = FakeCompleter.Saying(_ => "摘要：文汇桥井盖松动</s>");
        var outcome = Assert.Single(await Outcomes.Of(new PromptedSummarizer(completer, _settings), " 文汇桥北侧井盖松动，请速修\n"));
        Assert.Equal("请为以下内容生成简洁摘要,不超过80字:\n文汇桥北侧井盖松动，请速修", FakeCompleter.Words(Assert.Single(completer.Asked)));
        Assert.Equal(("文汇桥井盖松动", "generated", false), (outcome.Value!.Text, outcome.Value.FinishReason, outcome.Value.Truncated));
        Assert.Equal(new TokenUsage(13, 13, 34, 14), outcome.Value.Tokens);
        Assert.Empty(outcome.Value.Flags);
    }

    [Fact]
    public async Task Each_text_settles_alone()
    {
        var completer = new FakeCompleter(prompt => prompt.Contains("井盖", StringComparison.Ordinal)
            ? null
            : FakeCompleter.Of(prompt, prompt.Contains("门禁", StringComparison.Ordinal) ? "<pad>" : "电梯停运"));
        var outcomes = await Outcomes.Of(new PromptedSummarizer(completer, _settings), "电梯停运", "井盖松动", " \n ", "门禁坏了");
        Assert.Equal("电梯停运", outcomes[0].Value?.Text);
        Assert.Equal([null, "engine-error", "empty-text", "empty-output"], outcomes.Select(outcome => outcome.Failure?.Code));
        Assert.Equal(3, completer.Asked.Count);
    }

    [Fact]
    public async Task Several_events_are_asked_for_in_their_own_wording()
    {
        var completer = FakeCompleter.Saying(_ => "1. 3号楼电梯停运\n2. 早餐摊凌晨4点扰民\n3. 停车费由180元涨到260元");
        var outcome = Assert.Single(await Outcomes.Of(new PromptedSummarizer(completer, _settings), ThreeEvents));
        Assert.StartsWith("请分别用一句话概括以下3件事:\n市民反映", FakeCompleter.Words(Assert.Single(completer.Asked)), StringComparison.Ordinal);
        Assert.Equal("3号楼电梯停运；早餐摊凌晨4点扰民；停车费由180元涨到260元", outcome.Value?.Text);
        Assert.Equal(["multi-event"], outcome.Value!.Flags);
    }

    [Theory]
    [InlineData("Split", "verbose")]
    [InlineData("Prompt", "seqgpt")] // has no wording for events
    public async Task Or_one_by_one_and_joined(string mode, string template)
    {
        var completer = FakeCompleter.Saying(prompt => prompt.Contains("电梯", StringComparison.Ordinal) ? "电梯停运。" : prompt.Contains("早餐", StringComparison.Ordinal) ? "早餐摊扰民；" : "停车费涨价");
        var settings = _settings with { Events = Enum.Parse<EventMode>(mode), Template = BuiltInPrompts.All[template] };
        var outcome = Assert.Single(await Outcomes.Of(new PromptedSummarizer(completer, settings), ThreeEvents));
        Assert.Equal("电梯停运；早餐摊扰民；停车费涨价", outcome.Value?.Text);
        Assert.Equal(3, completer.Asked.Count);
        Assert.Equal(completer.Asked.Sum(completer.Count), outcome.Value!.Tokens!.Prompt);
    }

    [Fact]
    public async Task One_event_that_fails_fails_the_text()
    {
        var completer = new FakeCompleter(prompt => prompt.Contains("早餐", StringComparison.Ordinal) ? null : FakeCompleter.Of(prompt, "x"));
        var outcome = Assert.Single(await Outcomes.Of(new PromptedSummarizer(completer, _settings with { Events = EventMode.Split }), ThreeEvents));
        Assert.Equal("engine-error", outcome.Failure?.Code);
    }

    [Fact]
    public async Task A_cause_is_demanded_and_missed()
    {
        const string Source = "财务楼打印机一直卡纸，判断是上周换的墨盒型号不对。";
        var completer = FakeCompleter.Saying(_ => "打印机卡纸");
        var outcome = Assert.Single(await Outcomes.Of(new PromptedSummarizer(completer, _settings), Source));
        Assert.StartsWith("请为以下内容生成简洁摘要,必须写明原因", FakeCompleter.Words(Assert.Single(completer.Asked)), StringComparison.Ordinal);
        Assert.Equal(["cause-missing"], outcome.Value!.Flags);

        var off = FakeCompleter.Saying(_ => "打印机卡纸");
        outcome = Assert.Single(await Outcomes.Of(new PromptedSummarizer(off, _settings with { DemandCause = false }), Source));
        Assert.Empty(outcome.Value!.Flags);
        Assert.DoesNotContain("原因", FakeCompleter.Words(Assert.Single(off.Asked)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terms_and_numbers_are_held_against_the_source()
    {
        var settings = _settings with { Glossary = new([new("Transformer", ["变压器"])]) };
        var completer = FakeCompleter.Saying(_ => "变压器投诉增长1.2倍，共7次");
        var outcome = Assert.Single(await Outcomes.Of(new PromptedSummarizer(completer, settings), "Transformer的投诉增长120%"));
        Assert.Equal("Transformer投诉增长120%，共7次", outcome.Value?.Text);
        Assert.Equal(["number-repaired", "number-unsupported", "term-repaired"], outcome.Value!.Flags);

        var plain = Assert.Single(await Outcomes.Of(new PromptedSummarizer(completer, _settings with { RepairNumbers = false }), "Transformer的投诉增长120%"));
        Assert.Equal("变压器投诉增长1.2倍，共7次", plain.Value?.Text);
    }

    [Fact]
    public async Task A_text_beyond_the_window_loses_its_middle()
    {
        var completer = FakeCompleter.Saying(_ => "电梯停运");
        var outcome = Assert.Single(await Outcomes.Of(
            new PromptedSummarizer(completer, _settings with { MaxPromptTokens = 72 }), "开头" + new string('中', 200) + "结尾"));
        var prompt = FakeCompleter.Words(Assert.Single(completer.Asked));
        Assert.InRange(prompt.Length, 60, 72);
        Assert.EndsWith("结尾", prompt, StringComparison.Ordinal);
        Assert.Contains("\n开头", prompt, StringComparison.Ordinal);
        Assert.True(outcome.Value!.Truncated);
        Assert.Equal(204, outcome.Value.Tokens!.Source);
        Assert.InRange(outcome.Value.Tokens.Read, 30, 50);
    }

    [Fact]
    public async Task Or_is_summarised_in_parts_and_those_once_more()
    {
        var settings = _settings with { MaxPromptTokens = 122, MaxParts = 32 };
        var source = string.Concat(Enumerable.Range(1, 20).Select(i => $"工单第{i}段内容很长需要写够二十个字左右。"));
        var completer = FakeCompleter.Saying(prompt => prompt.Contains("工单", StringComparison.Ordinal) ? $"小结{prompt.Length}。" : "总的小结");
        var outcome = Assert.Single(await Outcomes.Of(new PromptedSummarizer(completer, settings), source));
        Assert.Equal("总的小结", outcome.Value?.Text);
        Assert.Equal(["map-reduce"], outcome.Value!.Flags);
        Assert.False(outcome.Value.Truncated);
        Assert.Equal((source.Length, source.Length), (outcome.Value.Tokens!.Source, outcome.Value.Tokens.Read));
        Assert.All(completer.Asked, prompt => Assert.InRange(completer.Count(prompt), 1, 122));
        Assert.Equal(source, string.Concat(completer.Asked.SkipLast(1).Select(prompt => prompt.Parts[^1].Text)));
        Assert.Contains("小结", FakeCompleter.Words(completer.Asked[^1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_beyond_the_limit_are_left_out_in_the_middle()
    {
        var settings = _settings with { MaxPromptTokens = 122, MaxParts = 2 };
        var completer = FakeCompleter.Saying(_ => "小结");
        var source = string.Concat(Enumerable.Range(1, 40).Select(i => $"工单第{i}段内容很长需要写够二十个字左右。"));
        var outcome = Assert.Single(await Outcomes.Of(new PromptedSummarizer(completer, settings), source));
        Assert.Contains("第1段", FakeCompleter.Words(completer.Asked[0]), StringComparison.Ordinal);
        Assert.Contains("第40段", FakeCompleter.Words(completer.Asked[1]), StringComparison.Ordinal);
        Assert.True(outcome.Value!.Truncated);
        Assert.InRange(outcome.Value.Tokens!.Read, 1, 200);
    }

    [Fact]
    public async Task Parts_whose_summaries_do_not_shrink_end_all_the_same()
    {
        var settings = _settings with { MaxPromptTokens = 122, MaxParts = 32 };
        var completer = FakeCompleter.Saying(prompt => prompt);
        var source = string.Concat(Enumerable.Range(1, 30).Select(i => $"工单第{i}段内容很长需要写够二十个字左右。"));
        var outcome = Assert.Single(await Outcomes.Of(new PromptedSummarizer(completer, settings), source));
        Assert.True(outcome.Value!.Truncated);
        Assert.InRange(completer.Asked.Count, 5, 60);
    }

    [Fact]
    public async Task An_answer_that_the_length_limit_ended_loses_its_unfinished_end_and_says_so()
    {
        var completer = new FakeCompleter(prompt => FakeCompleter.Of(prompt, "电梯停运三天，物业没", endedByLength: true));
        var outcome = Assert.Single(await Outcomes.Of(new PromptedSummarizer(completer, _settings), "电梯停运"));
        Assert.Equal(("电梯停运三天", "length"), (outcome.Value?.Text, outcome.Value?.FinishReason));
    }
}
