using System.Text.Json.Nodes;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Tests.Tokenization;

/// <summary>The flags of added tokens. Token 259 is "&lt;x&gt;"; the rest of a text is bytes.</summary>
public sealed class AddedTokenTests
{
    private const int Added = 259;

    [Fact]
    public void Lstrip_and_rstrip_swallow_the_white_space_beside_the_token()
    {
        Assert.Equal("a ~ b", Encode("a <x> b", TinyTokenizers.Added(Added, "<x>")));
        Assert.Equal("a~ b", Encode("a \t<x> b", TinyTokenizers.Added(Added, "<x>", lstrip: true)));
        Assert.Equal("a ~b", Encode("a <x> \n b", TinyTokenizers.Added(Added, "<x>", rstrip: true)));
        // White space goes to one token only.
        Assert.Equal("~~b", Encode("<x> <x> b", TinyTokenizers.Added(Added, "<x>", lstrip: true, rstrip: true)));
    }

    [Fact]
    public void The_white_space_that_a_template_swallows_may_be_the_users()
    {
        var file = TinyTokenizers.Bpe();
        file["added_tokens"]!.AsArray().Add(TinyTokenizers.Added(Added, "<x>", lstrip: true));
        using var folder = TinyTokenizers.Folder(file);

        var tokens = folder.Load().Encode([new("a ", SpecialTokens.Plain), new("<x>", SpecialTokens.Recognize)], addSpecialTokens: false);

        Assert.Equal([new TextSpan(0, 1), new TextSpan(1, 4)], tokens.Spans);
    }

    [Fact]
    public void A_single_word_counts_only_where_no_letter_touches_it()
    {
        var token = TinyTokenizers.Added(Added, "<x>", singleWord: true);

        Assert.Equal("~", Encode("<x>", token));
        Assert.Equal("a ~.", Encode("a <x>.", token));
        Assert.Equal("a<x>", Encode("a<x>", token));
        Assert.Equal("<x>_", Encode("<x>_", token));
        Assert.Equal("<x>修 ~", Encode("<x>修 <x>", token));
    }

    [Fact]
    public void Of_tokens_that_begin_at_one_place_the_longest_counts()
    {
        var file = TinyTokenizers.Bpe();
        file["added_tokens"]!.AsArray().Add(TinyTokenizers.Added(259, "<x"));
        file["added_tokens"]!.AsArray().Add(TinyTokenizers.Added(260, "<x>"));
        using var folder = TinyTokenizers.Folder(file);

        Assert.Equal([260, 259], folder.Load().Encode("<x><x", SpecialTokens.Recognize, addSpecialTokens: false).Ids);
    }

    [Fact]
    public void A_normalized_token_is_looked_for_in_the_normalized_text()
    {
        JsonObject lower = new() { ["type"] = "BertNormalizer", ["lowercase"] = true };

        Assert.Equal("a~a~", Encode("A<X>a<x>", TinyTokenizers.Added(Added, "<x>", normalized: true), lower));
        Assert.Equal("a<x>a~", Encode("A<X>a<x>", TinyTokenizers.Added(Added, "<x>"), lower));
    }

    [Fact]
    public void A_normalized_token_in_a_plain_part_does_not_count()
    {
        var file = TinyTokenizers.Bpe();
        file["normalizer"] = new JsonObject { ["type"] = "BertNormalizer", ["lowercase"] = true };
        file["added_tokens"]!.AsArray().Add(TinyTokenizers.Added(Added, "<x>", normalized: true));
        using var folder = TinyTokenizers.Folder(file);
        var tokenizer = folder.Load();

        var tokens = tokenizer.Encode([new("<X>", SpecialTokens.Plain), new("修<X>", SpecialTokens.Recognize), new("<X", SpecialTokens.Plain)], addSpecialTokens: false);

        Assert.Equal(Added, Assert.Single(tokens.Ids, id => id >= 256));
        Assert.Equal(new TextSpan(4, 3), tokens.Spans[Array.IndexOf(tokens.Ids, Added)]);
    }

    /// <summary>The text with "~" for the added token, everything else decoded.</summary>
    private static string Encode(string text, JsonObject token, JsonObject? normalizer = null)
    {
        var file = TinyTokenizers.Bpe();
        file["added_tokens"]!.AsArray().Add(token.DeepClone());
        file["normalizer"] = normalizer?.DeepClone();
        using var folder = TinyTokenizers.Folder(file);
        var tokenizer = folder.Load();
        var ids = tokenizer.Encode(text, SpecialTokens.Recognize, addSpecialTokens: false).Ids;
        return tokenizer.Decode([.. ids.Select(id => id == Added ? tokenizer.FindToken("~")!.Value : id)], skipSpecialTokens: false);
    }
}
