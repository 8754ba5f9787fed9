using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Inference.Tests.Tokenization;

/// <summary>Tokenizer files of a few tokens, one of each kind, to be bent by a test.</summary>
internal static class TinyTokenizers
{
    /// <summary>"[SEP]" and "stop" are added tokens of the vocabulary; "now" is a word.</summary>
    public static JsonNode WordPiece() => Parse(new
    {
        added_tokens = new[] { Added(0, "[UNK]"), Added(1, "[CLS]"), Added(2, "[SEP]"), Added(3, "stop") },
        normalizer = new { type = "BertNormalizer", clean_text = true, handle_chinese_chars = true, lowercase = false },
        pre_tokenizer = new { type = "BertPreTokenizer" },
        post_processor = new { type = "BertProcessing", sep = new object[] { "[SEP]", 2 }, cls = new object[] { "[CLS]", 1 } },
        decoder = new { type = "WordPiece", prefix = "##", cleanup = true },
        model = new
        {
            type = "WordPiece",
            unk_token = "[UNK]",
            continuing_subword_prefix = "##",
            max_input_chars_per_word = 10,
            vocab = Numbered(["[UNK]", "[CLS]", "[SEP]", "stop", "s", "##top", "now", "n", "##o", "##w", "don", "'", "t"]),
        },
    });

    /// <summary>Byte tokens, then "&lt;/", "&lt;/s" and "&lt;/s&gt;" with the merges that make them; the last is an added token.</summary>
    public static JsonNode Bpe()
    {
        string[] tokens = [.. Enumerable.Range(0, 256).Select(value => Pipeline.Inference.Tokenization.Vocabularies.ByteAlphabet.Character((byte)value).ToString()), "</", "</s", "</s>"];
        return Parse(new
        {
            added_tokens = new[] { Added(258, "</s>") },
            pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false, use_regex = false },
            post_processor = new { type = "ByteLevel" },
            decoder = new { type = "ByteLevel" },
            model = new { type = "BPE", vocab = Numbered(tokens), merges = (string[])["< /", "</ s", "</s >"] },
        });
    }

    /// <summary>"&lt;/s&gt;" and "&lt;unk&gt;" are added tokens of the vocabulary.</summary>
    public static JsonNode Unigram() => Parse(new
    {
        added_tokens = new[] { Added(0, "<unk>"), Added(1, "</s>") },
        normalizer = new { type = "Replace", pattern = new { Regex = " {2,}" }, content = " " },
        pre_tokenizer = new { type = "Metaspace", replacement = "▁", prepend_scheme = "always", split = true },
        post_processor = (object?)null,
        decoder = new { type = "Metaspace", replacement = "▁", prepend_scheme = "always", split = true },
        model = new
        {
            type = "Unigram",
            unk_id = 0,
            vocab = new object[][] { ["<unk>", 0], ["</s>", 0], ["▁", -2], ["<", -3], ["/", -3], ["s", -3], [">", -3], ["▁yes", -1], ["e", -4], ["y", -4] },
        },
    });

    public static JsonObject Added(
        int id, string content, bool special = true, bool singleWord = false, bool lstrip = false, bool rstrip = false, bool normalized = false) => new()
    {
        ["id"] = id, ["content"] = content, ["special"] = special, ["single_word"] = singleWord, ["lstrip"] = lstrip, ["rstrip"] = rstrip,
        ["normalized"] = normalized,
    };

    public static TokenizerFolder Folder(JsonNode file) => new TokenizerFolder().With(file);

    private static Dictionary<string, int> Numbered(string[] tokens) => tokens.Select((token, id) => (token, id)).ToDictionary();

    private static JsonNode Parse(object file) => JsonSerializer.SerializeToNode(file)!;
}
