using System.Text.Json;
using Pipeline.Inference.Tokenization;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Tokenization;

/// <summary>Every case that the reference library answered, and the published ones of real models.</summary>
public sealed class ReferenceVectorTests
{
    public static TheoryData<string> Names => TokenizerFixture.Names;

    public static TheoryData<string> Models => ["bert-cls", "bert-mean", "bloom-a", "bloom-b", "qwen2-tied", "qwen2-untied", "xlmr"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Ids_and_decoded_texts_are_the_references(string name)
    {
        var tokenizer = TokenizerFixture.Load(name);
        Assert.All(TokenizerFixture.Vectors(name).GetProperty("cases").EnumerateArray(), vector =>
        {
            var text = vector.GetProperty("text").GetString()!;
            var bare = vector.Ids(vector.TryGetProperty("ids_no_special", out _) ? "ids_no_special" : "ids");

            Assert.Equal(vector.Ids("ids"), tokenizer.Encode(text, SpecialTokens.Recognize, addSpecialTokens: true).Ids);
            Assert.Equal(bare, tokenizer.Encode(text, SpecialTokens.Recognize, addSpecialTokens: false).Ids);
            Assert.Equal(vector.GetProperty("decoded").GetString(), tokenizer.Decode(vector.Ids("ids"), skipSpecialTokens: true));
            Assert.Equal(vector.GetProperty("decoded_with_special").GetString(), tokenizer.Decode(bare, skipSpecialTokens: false));
            Assert.Equal(
                vector.Ids("ids"),
                vector.GetProperty("tokens").EnumerateArray().Zip(vector.Ids("ids"), (token, id) => tokenizer.FindToken(token.GetString()!) ?? id));
        });
    }

    [Theory]
    [InlineData("bert_chinese_cased")]
    [InlineData("bert_chinese_lower")]
    [InlineData("bloom")]
    [InlineData("xlmr")]
    public void Texts_are_truncated_as_by_the_reference(string name)
    {
        var tokenizer = TokenizerFixture.Load(name);
        Assert.All(TokenizerFixture.Vectors(name).GetProperty("truncation").EnumerateArray(), vector =>
        {
            var whole = tokenizer.Encode(vector.GetProperty("text").GetString()!, SpecialTokens.Recognize, addSpecialTokens: true);
            // The side that a vector names is the side that is cut.
            var kept = vector.GetProperty("direction").GetString() == "left" ? TextEnd.Tail : TextEnd.Head;

            Assert.Equal(vector.Ids("ids"), whole.Truncate(vector.GetProperty("max_length").GetInt32(), kept).Ids);
        });
    }

    [Theory]
    [InlineData("Xenova/bge-small-zh-v1.5", "bert_chinese_cased", 19)]
    [InlineData("Xenova/bge-base-zh-v1.5", "bert_chinese_lower", 7)]
    [InlineData("Xenova/bloom-560m", "bloom-560m", 31)]
    public void Published_cases_of_real_models_hold(string model, string name, int count)
    {
        // BLOOM's own tokenizer is too large to lie anywhere but where a user puts it.
        var tokenizer = TokenizerFixture.Load(name);
        using var file = JsonDocument.Parse(File.ReadAllBytes(Checkout.RequireShared("models/tokenizers/public/real_model_vectors.json")));
        var vectors = file.RootElement.GetProperty(model).EnumerateArray().ToList();

        Assert.Equal(count, vectors.Count);
        Assert.All(vectors, vector =>
        {
            Assert.Equal(vector.Ids("ids"), tokenizer.Encode(vector.GetProperty("text").GetString()!, SpecialTokens.Recognize, addSpecialTokens: true).Ids);
            Assert.Equal(vector.GetProperty("decoded").GetString(), Repaired(tokenizer.Decode(vector.Ids("ids"), skipSpecialTokens: false)));
        });
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Model_folders_give_the_ids_of_their_goldens(string name)
    {
        var folder = name.StartsWith("bloom", StringComparison.Ordinal) || name.StartsWith("qwen2", StringComparison.Ordinal)
            ? ModelFixtures.Path(name)
            : ModelFixtures.RequireShared(name);
        var tokenizer = SubwordTokenizer.Load(folder);
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "goldens.json")));
        var goldens = file.RootElement;
        var isEncoder = goldens.TryGetProperty("max_length", out var longest);

        Assert.All(goldens.GetProperty("cases").EnumerateArray(), vector =>
        {
            var tokens = tokenizer.Encode(vector.GetProperty("text").GetString()!, SpecialTokens.Recognize, addSpecialTokens: isEncoder);
            Assert.Equal(vector.Ids("input_ids"), isEncoder ? tokens.Truncate(longest.GetInt32(), TextEnd.Head).Ids : tokens.Ids);
            if (!isEncoder)
            {
                Assert.Equal(vector.GetProperty("greedy_text").GetString(), tokenizer.Decode(vector.Ids("greedy_ids"), skipSpecialTokens: true));
            }
        });
    }

    [Theory]
    [InlineData("bert-cls")]
    [InlineData("bert-mean")]
    public void A_vocabulary_file_alone_is_the_same_tokenizer(string name)
    {
        var model = ModelFixtures.RequireShared(name);
        using var folder = new TokenizerFolder();
        foreach (var file in (string[])["vocab.txt", "tokenizer_config.json"])
        {
            File.Copy(Path.Combine(model, file), folder.PathOf(file));
        }

        var (whole, alone) = (SubwordTokenizer.Load(model), folder.Load());
        Assert.Equal(whole.VocabularySize, alone.VocabularySize);
        Assert.All(TokenizerFixture.Vectors("bert_chinese_lower").GetProperty("cases").EnumerateArray(), vector =>
        {
            var text = vector.GetProperty("text").GetString()!;
            var ids = whole.Encode(text, SpecialTokens.Recognize, addSpecialTokens: true).Ids;
            Assert.Equal(ids, alone.Encode(text, SpecialTokens.Recognize, addSpecialTokens: true).Ids);
            Assert.Equal(whole.Decode(ids, skipSpecialTokens: true), alone.Decode(ids, skipSpecialTokens: true));
        });
    }

    /// <summary>BERT's cases were decoded by a layer above the reference, which repairs English once more, across tokens.</summary>
    private static string Repaired(string text) => !text.StartsWith("[CLS]", StringComparison.Ordinal) ? text : text
        .Replace(" ' ", "'", StringComparison.Ordinal)
        .Replace(" 's", "'s", StringComparison.Ordinal)
        .Replace(" 've", "'ve", StringComparison.Ordinal);
}
