using Pipeline.Inference.Attention;

namespace Pipeline.Inference.Tests.Attention;

public sealed class PromptAttentionTests
{
    [Theory]
    [InlineData(1, 4, 4, 64, true, false)]
    [InlineData(2, 2, 2, 8, false, false)]
    [InlineData(31, 4, 2, 16, false, true)]
    [InlineData(32, 2, 1, 64, true, false)]
    [InlineData(33, 6, 2, 40, false, true)]
    [InlineData(97, 2, 2, 128, true, true)]
    public void Each_token_sees_itself_and_those_before_it(int count, int heads, int kvHeads, int size, bool alibi, bool rotary)
    {
        var shape = new AttentionShape(heads, kvHeads, size, 1 / MathF.Sqrt(size));
        using var tokens = new Tokens(shape, count, alibi, rotary);

        var output = tokens.RunPrompt(count);

        var width = heads * size;
        for (var position = 0; position < count; position++)
        {
            Assert.Equal(tokens.Expected(position), output.Skip(position * width).Take(width).Select(value => (double)value), (e, a) => Math.Abs(e - a) < 2e-6);
        }
    }

    [Fact]
    public void The_first_tokens_get_the_same_bits_whatever_follows()
    {
        var shape = new AttentionShape(2, 2, 64, 0.125f);
        using var tokens = new Tokens(shape, 90, alibi: true, rotary: false);

        Assert.Equal(tokens.RunPrompt(50), tokens.RunPrompt(90).Take(50 * 128));
    }

    [Fact]
    public void Other_tokens_give_other_results()
    {
        var shape = new AttentionShape(2, 2, 64, 0.125f);
        using var tokens = new Tokens(shape, 40, alibi: true, rotary: false);
        using var others = new Tokens(shape, 40, alibi: true, rotary: false, seed: 8);

        Assert.NotEqual(tokens.RunPrompt(40), others.RunPrompt(40));
    }
}
