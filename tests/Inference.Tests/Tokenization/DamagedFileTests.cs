using System.Text.Json.Nodes;

namespace Pipeline.Inference.Tests.Tokenization;

/// <summary>Each refusal names the file, the place in it and a remedy.</summary>
public sealed class DamagedFileTests
{
    [Fact]
    public void A_folder_without_a_tokenizer_names_the_files_to_add()
    {
        using var folder = new TokenizerFolder();
        AssertRefusal(folder, folder.PathOf("").TrimEnd('/'), "tokenizer.json", "vocab.txt", "Add the model's");
    }

    [Theory]
    [InlineData("", "not JSON, or cut short (line 1")]
    [InlineData("{\"model\": {\n \"type\": \"BP", "not JSON, or cut short (line 2")]
    [InlineData("[]", "expected an object, found an array")]
    [InlineData("{}", "the key \"model\" is missing")]
    [InlineData("{\"model\": 5}", "model: expected an object, found 5")]
    [InlineData("{\"model\": {}}", "model: neither a \"type\"")]
    [InlineData("{\"model\": {\"type\": \"BPE\", \"vocab\": []}}", "model.vocab: expected an object of tokens and ids")]
    [InlineData("{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"a\\ud800\": 0}}}", "model.vocab: a key is not valid Unicode")]
    [InlineData("{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"\\udc00\", 0]]}}", "model.vocab[0][0]: the string is not valid Unicode")]
    public void A_file_that_is_no_tokenizers_says_where_it_ends_to_be_one(string content, string problem)
    {
        using var folder = new TokenizerFolder().With("tokenizer.json", content);
        AssertRefusal(folder, folder.PathOf("tokenizer.json"), problem, "download it again");
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        using var folder = new TokenizerFolder(TokenizerFixture.FileOf("bloom"));
        folder.With("tokenizer.json", File.ReadAllText(folder.PathOf("tokenizer.json"))[..100_000]);
        AssertRefusal(folder, "tokenizer.json: not JSON, or cut short");
    }

    [Theory]
    [InlineData("WordPiece", "model.vocab")]
    [InlineData("WordPiece", "model.unk_token")]
    [InlineData("WordPiece", "model.continuing_subword_prefix")]
    [InlineData("WordPiece", "pre_tokenizer.type")]
    [InlineData("WordPiece", "post_processor.sep")]
    [InlineData("WordPiece", "decoder.prefix")]
    [InlineData("BPE", "model.merges")]
    [InlineData("BPE", "added_tokens[0].content")]
    [InlineData("BPE", "added_tokens[0].id")]
    [InlineData("Unigram", "model.unk_id")]
    [InlineData("Unigram", "normalizer.pattern.Regex")]
    [InlineData("Unigram", "normalizer.content")]
    [InlineData("Unigram", "pre_tokenizer.replacement")]
    public void A_missing_key_is_named(string kind, string path)
    {
        var file = FileOf(kind);
        var names = path.Split('.');
        var parent = names[..^1].Aggregate(file, (node, name) => name.EndsWith("[0]", StringComparison.Ordinal) ? node[name[..^3]]![0]! : node[name]!);
        Assert.True(parent.AsObject().Remove(names[^1]));

        using var folder = TinyTokenizers.Folder(file);
        AssertRefusal(folder, $"tokenizer.json: {string.Join('.', names[..^1])}: the key \"{names[^1]}\" is missing", "download it again");
    }

    [Theory]
    [InlineData("normalizer", "BertNormalizer, NFC, Precompiled, Replace, Sequence, Strip")]
    [InlineData("pre_tokenizer", "BertPreTokenizer, ByteLevel, Metaspace, Sequence, Split, WhitespaceSplit")]
    [InlineData("post_processor", "BertProcessing, ByteLevel, RobertaProcessing, Sequence, TemplateProcessing")]
    [InlineData("decoder", "ByteLevel, Metaspace, WordPiece")]
    [InlineData("model", "BPE, Unigram, WordPiece")]
    public void An_unknown_component_is_named_with_the_list_of_known_ones(string section, string known)
    {
        var file = TinyTokenizers.WordPiece();
        file[section]!["type"] = "Novel";
        using var folder = TinyTokenizers.Folder(file);
        AssertRefusal(folder, $"tokenizer.json: {section}.type: \"Novel\" is not supported", known, "Use a model");
    }

    [Fact]
    public void An_unknown_component_in_a_sequence_is_named_by_its_place()
    {
        var file = TinyTokenizers.Unigram();
        file["normalizer"] = JsonNode.Parse("""{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Nmt"}]}""");
        using var folder = TinyTokenizers.Folder(file);
        AssertRefusal(folder, "normalizer.normalizers[1].type: \"Nmt\" is not supported");
    }

    [Theory]
    [InlineData("Unigram", "normalizer.pattern.Regex", "\"\\\\s+\"")]
    [InlineData("Unigram", "pre_tokenizer.replacement", "\"ab\"")]
    [InlineData("Unigram", "model.byte_fallback", "true")]
    [InlineData("BPE", "pre_tokenizer.add_prefix_space", "true")]
    [InlineData("BPE", "pre_tokenizer.use_regex", "true")]
    [InlineData("BPE", "model.dropout", "0.1")]
    [InlineData("BPE", "model.unk_token", "\"</s>\"")]
    [InlineData("BPE", "model.continuing_subword_prefix", "\"##\"")]
    [InlineData("BPE", "model.end_of_word_suffix", "\"</w>\"")]
    [InlineData("BPE", "model.byte_fallback", "true")]
    [InlineData("BPE", "model.ignore_merges", "true")]
    public void A_setting_that_can_not_be_honoured_is_refused(string kind, string path, string value)
    {
        var file = FileOf(kind);
        var names = path.Split('.');
        names[..^1].Aggregate(file, (node, name) => node[name]!)[names[^1]] = JsonNode.Parse(value);
        using var folder = TinyTokenizers.Folder(file);
        AssertRefusal(folder, $"tokenizer.json: {string.Join('.', names[..^1])}: {names[^1]}: {value} is not supported", "This build reads");
    }

    [Fact]
    public void A_default_that_can_not_be_honoured_is_refused()
    {
        var file = TinyTokenizers.Bpe();
        file["pre_tokenizer"]!.AsObject().Remove("use_regex");
        using var folder = TinyTokenizers.Folder(file);
        AssertRefusal(folder, "pre_tokenizer: use_regex: its default is not supported");
    }

    [Fact]
    public void An_unknown_pattern_is_shown_with_the_known_ones()
    {
        using var folder = new TokenizerFolder(TokenizerFixture.FileOf("bloom"));
        folder.Edit(file => file["pre_tokenizer"]!["pretokenizers"]![0]!["pattern"]!["Regex"] = "\\d+");
        AssertRefusal(folder, "pre_tokenizer.pretokenizers[0].pattern.Regex: the pattern \\d+ is not supported", "BLOOM and Qwen2");
    }

    [Fact]
    public void A_bpe_model_that_is_not_over_bytes_is_refused()
    {
        var file = TinyTokenizers.Bpe();
        file["pre_tokenizer"] = JsonNode.Parse("""{"type": "WhitespaceSplit"}""");
        using var folder = TinyTokenizers.Folder(file);
        AssertRefusal(folder, "model: a BPE model without the pre-tokenizer ByteLevel is not supported", "BLOOM and Qwen2");
    }

    [Fact]
    public void A_hole_between_ids_is_named()
    {
        var file = TinyTokenizers.WordPiece();
        file["model"]!["vocab"]!["now"] = 40;
        using var folder = TinyTokenizers.Folder(file);
        AssertRefusal(folder, "there is an id 40, but no token has the id 6", "without holes");
    }

    [Fact]
    public void Two_tokens_with_one_id_are_named()
    {
        var file = TinyTokenizers.WordPiece();
        file["model"]!["vocab"]!["now"] = 7;
        using var folder = TinyTokenizers.Folder(file);
        AssertRefusal(folder, "share the id 7", "\"now\"", "\"n\"", "each for one token");
    }

    [Fact]
    public void A_token_that_comes_twice_is_named()
    {
        using (var folder = new TokenizerFolder().With("tokenizer.json", """{"model": {"type": "WordPiece", "vocab": {"a": 0, "b": 1, "a": 2}}}"""))
        {
            AssertRefusal(folder, "model.vocab: the token \"a\" has the ids 0 and 2");
        }

        var file = TinyTokenizers.Unigram();
        file["model"]!["vocab"]!.AsArray().Add(new JsonArray("e", -5));
        using var list = TinyTokenizers.Folder(file);
        AssertRefusal(list, "model.vocab[10]: the token \"e\" has the ids 8 and 10");
    }

    [Fact]
    public void An_added_token_must_have_the_models_id()
    {
        var file = TinyTokenizers.Bpe();
        file["added_tokens"]![0]!["id"] = 300;
        using var folder = TinyTokenizers.Folder(file);
        AssertRefusal(folder, "added_tokens[0]: the added token \"</s>\" has the id 300, but 258 elsewhere");
    }

    [Theory]
    [InlineData("\"< no\"", "the vocabulary lacks the token \"<no\"")]
    [InlineData("\"</s> x\"", "the vocabulary lacks the token \"</s>x\"")]
    [InlineData("\"<\"", "expected two tokens")]
    [InlineData("[\"<\", \"/\", \"s\"]", "expected two tokens")]
    [InlineData("7", "expected a string, found 7")]
    [InlineData("\"< /\"", "the pair is there already, at [0]")]
    public void A_merge_of_unknown_tokens_is_named_by_its_place(string merge, string problem)
    {
        var file = TinyTokenizers.Bpe();
        file["model"]!["merges"]!.AsArray().Add(JsonNode.Parse(merge));
        using var folder = TinyTokenizers.Folder(file);
        AssertRefusal(folder, $"model.merges[3]: {problem}", "download it again");
    }

    [Fact]
    public void A_byte_without_a_token_is_named()
    {
        var file = TinyTokenizers.Bpe();
        var tokens = file["model"]!["vocab"]!.AsObject();
        tokens.Remove("Ġ");
        tokens["other"] = 32;
        using var folder = TinyTokenizers.Folder(file);
        AssertRefusal(folder, "model.vocab: no token stands for the byte 20 (\"Ġ\")");
    }

    [Theory]
    [InlineData("WordPiece", "model.unk_token", "\"[NO]\"", "the vocabulary lacks this token")]
    [InlineData("WordPiece", "model.max_input_chars_per_word", "0", "expected a whole number of at least 1, found 0")]
    [InlineData("WordPiece", "post_processor.cls", "[\"[CLS]\", 90]", "no token has the id 90; the vocabulary has 13")]
    [InlineData("WordPiece", "normalizer.lowercase", "\"yes\"", "expected true or false, found \"yes\"")]
    [InlineData("Unigram", "model.unk_id", "10", "no token has the id 10; the list has 10")]
    [InlineData("Unigram", "model.vocab", "[[\"a\", null]]", "expected a number")]
    [InlineData("Unigram", "model.vocab", "[[\"a\"]]", "expected a token and its score")]
    [InlineData("Unigram", "pre_tokenizer.prepend_scheme", "\"sometimes\"", "is not one of always, first, never")]
    [InlineData("Unigram", "normalizer", "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAA\"}", "which do not hold the trie")]
    [InlineData("Unigram", "normalizer", "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"?\"}", "normalizer.precompiled_charsmap: ")]
    [InlineData("Unigram", "normalizer", "{\"type\": \"Replace\", \"pattern\": {\"String\": \"\"}, \"content\": \"\"}", "normalizer.pattern.String: the string is empty")]
    [InlineData("BPE", "post_processor", "{\"type\": \"TemplateProcessing\", \"single\": []}", "post_processor.single: the template leaves out the text")]
    [InlineData("BPE", "added_tokens", "[{\"id\": -1, \"content\": \"a\"}]", "added_tokens[0].id: expected a whole number of at least 0, found -1")]
    public void A_value_that_makes_no_sense_is_shown_with_its_place(string kind, string path, string value, string problem)
    {
        var file = FileOf(kind);
        var names = path.Split('.');
        names[..^1].Aggregate(file, (node, name) => node[name]!)[names[^1]] = JsonNode.Parse(value);
        using var folder = TinyTokenizers.Folder(file);
        AssertRefusal(folder, problem, path);
    }

    [Fact]
    public void A_vocabulary_file_must_have_berts_tokens_once_each()
    {
        using var folder = new TokenizerFolder().With("vocab.txt", "[UNK]\n[CLS]\nnow");
        AssertRefusal(folder, folder.PathOf("vocab.txt"), "the token [SEP] is missing", "add the model's tokenizer.json");

        folder.With("vocab.txt", "[UNK]\n[CLS]\n[SEP]\nnow\nnow");
        AssertRefusal(folder, "vocab.txt: line 5: the token \"now\" has the ids 3 and 4");
    }

    [Fact]
    public void Damaged_settings_are_refused()
    {
        using var folder = TinyTokenizers.Folder(TinyTokenizers.WordPiece());
        folder.With("tokenizer_config.json", """{"tokenizer_class": "BertTokenizer", "do_lower_case": 1}""");
        AssertRefusal(folder, folder.PathOf("tokenizer_config.json"), "do_lower_case: expected true or false, found 1");
    }

    private static JsonNode FileOf(string kind) => kind switch
    {
        "WordPiece" => TinyTokenizers.WordPiece(),
        "BPE" => TinyTokenizers.Bpe(),
        _ => TinyTokenizers.Unigram(),
    };

    private static void AssertRefusal(TokenizerFolder folder, params string[] parts)
    {
        var message = folder.Refusal();
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
