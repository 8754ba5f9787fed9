using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

public sealed class GenerationOptionsTests
{
    [Fact]
    public void The_defaults_are_greedy_and_valid()
    {
        var options = new GenerationOptions();
        options.Validate();
        Assert.Equal((128, 0, 1, 0d), (options.MaxNewTokens, options.MinNewTokens, options.Beams, options.Temperature));
    }

    public static TheoryData<GenerationOptions, string> Impossible => new()
    {
        { new() { MaxNewTokens = 0 }, "MaxNewTokens is 0" },
        { new() { MinNewTokens = 9, MaxNewTokens = 8 }, "MinNewTokens is 9" },
        { new() { Temperature = -0.5 }, "Temperature is -0.5" },
        { new() { Temperature = double.NaN }, "Temperature is NaN" },
        { new() { Temperature = 1, TopK = 0 }, "TopK is 0" },
        { new() { Temperature = 1, TopP = 1.5 }, "TopP is 1.5" },
        { new() { RepetitionPenalty = 0 }, "RepetitionPenalty is 0" },
        { new() { Beams = 0 }, "Beams is 0" },
        { new() { LengthPenalty = double.PositiveInfinity }, "LengthPenalty is" },
        { new() { SampleNumber = -1 }, "SampleNumber is -1" },
        { new() { StopStrings = ["。", ""] }, "StopStrings" },
        { new() { TopK = 5 }, "need a Temperature" },
        { new() { TopP = 0.9 }, "need a Temperature" },
        { new() { Temperature = 1, Beams = 4 }, "choose beam search or sampling" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void What_can_not_be_is_refused_by_name_and_value(GenerationOptions options, string words) =>
        Assert.Contains(words, Assert.Throws<GenerationException>(options.Validate).Message, StringComparison.Ordinal);
}
