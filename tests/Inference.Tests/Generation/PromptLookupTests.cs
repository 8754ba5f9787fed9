using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

public sealed class PromptLookupTests
{
    [Theory]
    [InlineData(new[] { 1, 2, 3, 4, 5 }, new[] { 1, 2, 3 }, 8, new[] { 4, 5, 1, 2, 3 })]
    [InlineData(new[] { 1, 2, 3, 4, 5 }, new[] { 1, 2, 3 }, 1, new[] { 4 })]
    [InlineData(new[] { 9, 2, 3, 4, 5 }, new[] { 1, 2, 3 }, 2, new[] { 4, 5 })]
    [InlineData(new[] { 1, 2, 3, 7, 9, 2, 3, 8 }, new[] { 1, 2, 3 }, 1, new[] { 7 })]
    [InlineData(new[] { 5, 6, 7 }, new[] { 1, 1, 1 }, 4, new[] { 1 })]
    [InlineData(new[] { 4 }, new[] { 1, 2, 8, 1, 2 }, 2, new[] { 8, 1 })]
    public void What_followed_the_same_tokens_is_guessed(int[] prompt, int[] newIds, int most, int[] expected) =>
        Assert.Equal(expected, PromptLookup.Guess(prompt, newIds, most));

    [Theory]
    [InlineData(new[] { 1, 2, 3 }, new[] { 4, 5 }, 8)]
    [InlineData(new[] { 1, 2, 3 }, new[] { 9, 2 }, 8)]
    [InlineData(new[] { 1 }, new int[0], 8)]
    [InlineData(new[] { 1, 2, 3, 4, 5 }, new[] { 1, 2, 3 }, 0)]
    [InlineData(new[] { 1, 2, 3, 4, 5 }, new[] { 1, 2, 3 }, -1)]
    public void Without_such_tokens_or_room_nothing_is_guessed(int[] prompt, int[] newIds, int most) =>
        Assert.Empty(PromptLookup.Guess(prompt, newIds, most));
}
