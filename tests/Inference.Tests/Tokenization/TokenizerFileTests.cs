using System.Text.Json.Nodes;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Tests.Tokenization;

/// <summary>What the files may leave out or write in another way.</summary>
public sealed class TokenizerFileTests
{
    [Theory]
    [InlineData("BertProcessing")]
    [InlineData("RobertaProcessing")]
    public void Older_post_processors_frame_a_text_like_a_template(string type)
    {
        var file = TinyTokenizers.WordPiece();
        file["post_processor"]!["type"] = type;
        using var folder = TinyTokenizers.Folder(file);
        Assert.Equal([1, 6, 2], folder.Load().Encode("now", SpecialTokens.Plain, addSpecialTokens: true).Ids);
    }

    [Fact]
    public void Post_processors_in_a_sequence_frame_one_after_the_other()
    {
        var file = TinyTokenizers.Bpe();
        var template = """
            {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "end", "type_id": 0}}],
             "special_tokens": {"end": {"id": "end", "ids": [258, 256], "tokens": ["</s>", "</"]}}}
            """;
        file["post_processor"] = new JsonObject { ["type"] = "Sequence", ["processors"] = new JsonArray(new JsonObject { ["type"] = "ByteLevel" }, JsonNode.Parse(template)) };
        using var folder = TinyTokenizers.Folder(file);

        var tokens = folder.Load().Encode(">", SpecialTokens.Plain, addSpecialTokens: true);

        Assert.Equal([258, 256], tokens.Ids[1..]);
        Assert.Equal([new TextSpan(0, 1), new TextSpan(1, 0), new TextSpan(1, 0)], tokens.Spans);
    }

    [Fact]
    public void A_file_without_a_decoder_decodes_to_tokens_with_spaces()
    {
        var file = TinyTokenizers.WordPiece();
        file["decoder"] = null;
        using var folder = TinyTokenizers.Folder(file);
        Assert.Equal("n ##o", folder.Load().Decode([7, 8], skipSpecialTokens: true));
    }

    [Fact]
    public void The_decoder_of_words_repairs_english_token_by_token_when_told_so()
    {
        foreach (var cleanup in (bool[])[true, false])
        {
            var file = TinyTokenizers.WordPiece();
            file["decoder"]!["cleanup"] = cleanup;
            file["model"]!["vocab"]!["!"] = 13;
            using var folder = TinyTokenizers.Folder(file);
            Assert.Equal(cleanup ? "don ' t!" : "don ' t !", folder.Load().Decode([10, 11, 12, 13], skipSpecialTokens: true));
        }
    }

    [Fact]
    public void A_byte_level_token_outside_the_alphabet_decodes_to_itself_and_broken_bytes_to_the_replacement_character()
    {
        var file = TinyTokenizers.Bpe();
        file["added_tokens"]!.AsArray().Add(TinyTokenizers.Added(259, "修 理"));
        using var folder = TinyTokenizers.Folder(file);
        var tokenizer = folder.Load();
        var bytes = tokenizer.Encode("电", SpecialTokens.Plain, addSpecialTokens: false).Ids;

        Assert.Equal("修 理电", tokenizer.Decode([259, .. bytes], skipSpecialTokens: false));
        Assert.Equal("\uFFFD修 理", tokenizer.Decode([bytes[0], bytes[1], 259], skipSpecialTokens: false));
    }

    [Theory]
    [InlineData("always", "▁yes ▁ e y")]
    [InlineData("first", "▁yes ▁ e y")]
    [InlineData("never", "y e s ▁ e y")]
    public void Metaspace_puts_a_space_in_front_as_its_scheme_says(string scheme, string tokens)
    {
        var file = TinyTokenizers.Unigram();
        file["pre_tokenizer"]!["prepend_scheme"] = scheme;
        using var folder = TinyTokenizers.Folder(file);
        Assert.Equal(tokens, Tokens(folder, "yes  ey"));
    }

    [Fact]
    public void The_scheme_first_leaves_text_behind_an_added_token_alone()
    {
        var file = TinyTokenizers.Unigram();
        file["pre_tokenizer"]!["prepend_scheme"] = "first";
        using var folder = TinyTokenizers.Folder(file);
        Assert.Equal("▁yes </s> y e s", Tokens(folder, "yes</s>yes"));
    }

    [Fact]
    public void Metaspace_without_split_lets_tokens_reach_across_spaces()
    {
        foreach (var split in (bool[])[true, false])
        {
            var file = TinyTokenizers.Unigram();
            file["pre_tokenizer"]!["split"] = split;
            file["model"]!["vocab"]!.AsArray().Add(new JsonArray("y▁y", -1));
            using var folder = TinyTokenizers.Folder(file);
            Assert.Equal(split ? "▁ y ▁ y" : "▁ y▁y", Tokens(folder, "y y"));
        }
    }

    [Fact]
    public void Strip_and_replace_normalize_in_a_sequence()
    {
        var file = TinyTokenizers.Unigram();
        file["normalizer"] = JsonNode.Parse("""
            {"type": "Sequence", "normalizers": [{"type": "Strip", "strip_left": true, "strip_right": true},
             {"type": "Replace", "pattern": {"String": "no"}, "content": "yes"}, {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}]}
            """);
        using var folder = TinyTokenizers.Folder(file);

        Assert.Equal("▁yes ▁yes ▁ y", Tokens(folder, " \tno  yes y\n "));
        Assert.Equal(new TextSpan(2, 2), folder.Load().Encode(" \tno", SpecialTokens.Plain, addSpecialTokens: false).Spans[0]);
    }

    [Theory]
    [InlineData("BertTokenizer", true, "now")]
    [InlineData("BertTokenizerFast", true, "now")]
    [InlineData("BertTokenizer", null, "[UNK]")]
    [InlineData("PreTrainedTokenizerFast", true, "[UNK]")]
    public void The_casing_of_the_settings_wins_in_the_bert_family(string type, bool? lowercase, string token)
    {
        using var folder = TinyTokenizers.Folder(TinyTokenizers.WordPiece());
        folder.With("tokenizer_config.json", new JsonObject { ["tokenizer_class"] = type, ["do_lower_case"] = lowercase }.ToJsonString());
        Assert.Equal(token, Tokens(folder, "NOW"));
    }

    [Fact]
    public void A_vocabulary_file_without_settings_means_small_letters()
    {
        using var folder = new TokenizerFolder().With("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nnow\nn\n##o\n\n");
        var tokenizer = folder.Load();

        Assert.Equal(7, tokenizer.VocabularySize);
        Assert.Equal([2, 4, 5, 6, 1, 3], tokenizer.Encode("NOW nó Hm", SpecialTokens.Plain, addSpecialTokens: true).Ids);
        Assert.Equal([3, 4], tokenizer.Encode("[SEP]now", SpecialTokens.Recognize, addSpecialTokens: false).Ids);
    }

    [Fact]
    public void A_word_longer_than_the_limit_is_unknown()
    {
        using var folder = TinyTokenizers.Folder(TinyTokenizers.WordPiece());

        Assert.Equal("n ##o ##o ##o ##o ##o ##o ##o ##o ##o", Tokens(folder, "nooooooooo"));
        Assert.Equal("[UNK] n ##o", Tokens(folder, "noooooooooo no"));
    }

    [Fact]
    public void Sizes_count_added_tokens()
    {
        using var folder = TinyTokenizers.Folder(TinyTokenizers.Bpe());
        var tokenizer = folder.Load();

        Assert.Equal(259, tokenizer.VocabularySize);
        Assert.Equal(258, tokenizer.FindToken("</s>"));
        Assert.Null(tokenizer.FindToken("[SEP]"));
    }

    /// <summary>The tokens of a text as the file of the folder writes them.</summary>
    private static string Tokens(TokenizerFolder folder, string text)
    {
        var file = JsonNode.Parse(File.ReadAllText(folder.PathOf("tokenizer.json")))!;
        var names = new Dictionary<int, string>();
        if (file["model"]!["vocab"] is JsonArray list)
        {
            names = list.Select((entry, id) => (id, entry![0]!.GetValue<string>())).ToDictionary();
        }
        else
        {
            names = file["model"]!["vocab"]!.AsObject().ToDictionary(entry => entry.Value!.GetValue<int>(), entry => entry.Key);
        }

        return string.Join(' ', folder.Load().Encode(text, SpecialTokens.Recognize, addSpecialTokens: false).Ids.Select(id => names[id]));
    }
}
