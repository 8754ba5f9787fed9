using Pipeline.Inference.Attention;

namespace Pipeline.Inference.Tests.Attention;

public sealed class StepAttentionTests
{
    // Values up to 2 in 127 steps are off by 0.008 at most; so are the scores' weights. What is averaged is off by less.
    private const double Loss = 0.02;

    [Theory]
    [InlineData(1, 4, 4, 64, true, false)]
    [InlineData(17, 2, 2, 8, false, false)]
    [InlineData(40, 4, 2, 16, false, true)]
    [InlineData(33, 6, 2, 40, false, true)]
    [InlineData(65, 2, 1, 128, true, true)]
    public void A_token_behind_a_prompt_sees_all_of_it_within_the_loss_of_eight_bits(
        int prompt, int heads, int kvHeads, int size, bool alibi, bool rotary)
    {
        var shape = new AttentionShape(heads, kvHeads, size, 1 / MathF.Sqrt(size));
        using var tokens = new Tokens(shape, prompt + 20, alibi, rotary);
        tokens.RunPrompt(prompt);

        for (var position = prompt; position < tokens.Count; position++)
        {
            Assert.Equal(tokens.Expected(position), tokens.RunStep(position).Select(value => (double)value), (e, a) => Math.Abs(e - a) < Loss);
        }
    }

    [Fact]
    public void A_row_without_a_prompt_begins_with_its_first_token()
    {
        var shape = new AttentionShape(2, 2, 32, 0.2f);
        using var tokens = new Tokens(shape, 3, alibi: true, rotary: false);

        for (var position = 0; position < 3; position++)
        {
            Assert.Equal(tokens.Expected(position), tokens.RunStep(position).Select(value => (double)value), (e, a) => Math.Abs(e - a) < Loss);
        }
    }

    [Fact]
    public void A_number_that_is_none_stays_visible()
    {
        var shape = new AttentionShape(1, 1, 16, 0.25f);
        using var tokens = new Tokens(shape, 12, alibi: false, rotary: false);
        tokens.Values[(3 * shape.TokenWidth) + shape.KeyOffset(0)] = float.NaN;
        tokens.RunPrompt(10);

        Assert.All(tokens.RunStep(10), value => Assert.True(float.IsNaN(value)));
    }
}
