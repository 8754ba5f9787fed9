using Pipeline.Inference.Processing;

namespace Pipeline.Inference.Tests.Processing;

public sealed class SentenceChunksTests
{
    [Fact]
    public void A_piece_ends_where_a_sentence_ends() => Assert.Equal(
        ["电梯停运了。物业没管。", "老人下不来！请修好。", "谢谢各位！"], Split("电梯停运了。物业没管。老人下不来！请修好。谢谢各位！", 11));

    [Fact]
    public void A_full_stop_inside_a_number_or_an_address_ends_nothing() => Assert.Equal(
        ["Pay 3.5 at a.b now.", "Then wait."], Split("Pay 3.5 at a.b now. Then wait.", 20));

    [Fact]
    public void A_sentence_that_is_too_long_is_divided_at_a_token() => Assert.Equal(
        ["一二三四", "五六七八", "九十"], Split("一二三四五六七八九十", 4));

    [Fact]
    public void A_character_of_several_tokens_stays_whole_even_with_a_budget_of_one() => Assert.Equal(["😀", "a", "😀"], Split("😀a😀", 1));

    [Fact]
    public void The_pieces_of_any_text_are_the_text_and_fit()
    {
        foreach (var text in RandomTexts.Make(300, seed: 11))
        {
            var pieces = Split(text, 40);
            Assert.Equal(Solid(text), Solid(string.Concat(pieces)));
            Assert.All(pieces, piece => Assert.InRange(piece.Length, 1, 40));
        }
    }

    private static string Solid(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static IReadOnlyList<string> Split(string text, int budget) => SentenceChunks.Split(text, CharacterTokens.Of(text), budget);
}
