using System.Buffers.Binary;
using System.Security.Cryptography;
using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.Tests.Lexical;

public sealed class HashingEmbedderTests
{
    private readonly IEmbedder _embedder = EngineFactory.Baselines.CreateEmbedder(BuiltInRecipes.Hashing);

    [Fact]
    public async Task Every_text_with_a_letter_or_digit_gives_a_finite_unit_vector()
    {
        string[] texts = ["a", "1", "电", "é", "ｗ", "한", "я", "𠀀", "😀a", .. Enumerable.Range(0x4E00, 3000).Select(c => ((char)c).ToString()),
            .. RandomTexts.Make(300, seed: 3).Where(t => t.Any(char.IsLetterOrDigit)), new string('啊', 100_000)];
        foreach (var outcome in await Outcomes.Of(_embedder, texts))
        {
            var values = outcome.Value!.Values;
            Assert.Equal(_embedder.Dimensions, values.Length);
            Assert.All(values, v => Assert.True(float.IsFinite(v)));
            Assert.Equal(1, values.Sum(v => (double)v * v), 1e-5);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("。！？……")]
    [InlineData("😀👍")]
    [InlineData("\ud83d")]
    public async Task A_text_without_letters_and_digits_is_refused_with_a_reason(string text)
    {
        var outcomes = await Outcomes.Of(_embedder, "电梯", text, "server");
        Assert.Equal("no-words", outcomes[1].Failure!.Code);
        Assert.NotEmpty(outcomes[1].Failure!.Reason);
        Assert.NotNull(outcomes[0].Value);
        Assert.NotNull(outcomes[2].Value);
    }

    [Fact]
    public async Task Texts_that_share_words_are_nearer_than_texts_that_do_not()
    {
        var texts = new[] { "3号楼电梯故障，有人被困", "电梯经常故障，把老人困在里面", "公积金账户余额如何提取", "VPN connection fails", "The vpn cannot connect" };
        var v = (await Outcomes.Of(_embedder, texts)).Select(o => o.Value!.Values).ToArray();
        Assert.True(Cosine(v[0], v[1]) > Cosine(v[0], v[2]) + 0.1);
        Assert.True(Cosine(v[3], v[4]) > Cosine(v[3], v[0]) + 0.1);
    }

    [Fact]
    public async Task Case_and_width_make_no_difference_and_a_superscript_does()
    {
        var v = (await Outcomes.Of(_embedder, "Server 12", "ｓＥＲＶＥＲ １２", "m²", "m2")).Select(o => o.Value!.Values).ToArray();
        Assert.Equal(v[0], v[1]);
        Assert.NotEqual(v[2], v[3]);
    }

    [Fact]
    public async Task A_batch_gives_the_vectors_of_single_runs()
    {
        string[] texts = [.. RandomTexts.Make(200, seed: 11)];
        var batch = await Outcomes.Of(_embedder, texts);
        foreach (var outcome in batch)
        {
            Assert.Equal((await Outcomes.Of(_embedder, texts[outcome.Index]))[0].Value?.Values, outcome.Value?.Values);
        }
    }

    [Fact]
    public async Task The_vector_of_a_known_text_never_changes_under_one_engine_version()
    {
        var values = (await Outcomes.Of(_embedder, "核心交换机SW-01端口Gi1/0/24丢包率达到35%，更换光模块后恢复。"))[0].Value!.Values;
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        Assert.Equal("19bcad975d92a933df29acd915349d4b", Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]);
    }

    private static double Cosine(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
