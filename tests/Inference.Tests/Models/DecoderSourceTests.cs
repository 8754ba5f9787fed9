using System.Text.Json.Nodes;
using Pipeline.Inference.Models;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Models;

/// <summary>Folders of decoders that can't be imported are refused by what is wrong with them, and nothing is left behind.</summary>
public sealed class DecoderSourceTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("bloom-a", "layer_norm_epsilon", null, "lacks the key 'layer_norm_epsilon'")]
    [InlineData("bloom-a", "hidden_size", null, "lacks the key 'hidden_size' or 'n_embed'")]
    [InlineData("bloom-a", "n_head", "5", "hidden_size 64 is no multiple of n_head 5")]
    [InlineData("bloom-a", "apply_residual_connection_post_layernorm", "true", "apply_residual_connection_post_layernorm")]
    [InlineData("bloom-a", "hidden_size", "32", "tensor 'transformer.word_embeddings.weight' has shape [6272, 64]; [6272, 32]")]
    [InlineData("bloom-a", "n_layer", "3", "no tensor 'h.2.")]
    [InlineData("bloom-b", "n_inner", "128", "[384, 96]; [128, 96]")]
    [InlineData("qwen2-tied", "rope_theta", null, "lacks the key 'rope_theta'")]
    [InlineData("qwen2-tied", "num_key_value_heads", "3", "num_key_value_heads 3")]
    [InlineData("qwen2-tied", "rope_scaling", """{"type": "yarn", "factor": 4}""", "rope_scaling")]
    [InlineData("qwen2-tied", "use_sliding_window", "true", "use_sliding_window")]
    [InlineData("qwen2-tied", "is_causal", "false", "is_causal")]
    [InlineData("qwen2-tied", "tie_word_embeddings", "false", "no tensor 'lm_head.weight'")]
    [InlineData("qwen2-untied", "intermediate_size", "161", "mlp.gate_proj.weight")]
    public void A_configuration_that_does_not_fit_is_named(string model, string key, string? value, string expected)
    {
        var folder = Copy(model);
        Change(Path.Combine(folder, "config.json"), config =>
        {
            config.Remove(key);
            if (value is not null)
            {
                config[key] = JsonNode.Parse(value);
            }
        });
        AssertRefused(folder, expected);
    }

    [Theory]
    [InlineData("bloom-a")]
    [InlineData("qwen2-tied")]
    public void A_decoder_for_a_gpu_has_16_bits(string model) => AssertRefused(
        new ImportRequest { Folder = ModelFixtures.Path(model), Target = ModelTarget.Cuda }, "for cuda it is imported with --precision fp16");

    [Theory]
    [InlineData("bloom-a", ModelTarget.Cpu, ModelPrecision.Int8, null, "on CPUs generators that are imported with --precision int8 or int4 keep them in int8 already")]
    [InlineData("bloom-a", ModelTarget.Cuda, ModelPrecision.Fp16, PoolingMode.Last, "no keys and values to keep, as it does not generate")]
    [InlineData("qwen2-tied", ModelTarget.Cuda, ModelPrecision.Fp16, null, "on GPUs qwen2 keeps keys and values in 16 bits, and bloom alone can keep them in int8")]
    public void Keys_and_values_of_8_bits_are_refused_where_there_are_none(
        string model, ModelTarget target, ModelPrecision precision, PoolingMode? pooling, string expected)
    {
        var request = new ImportRequest
        {
            Folder = ModelFixtures.Path(model), Target = target, Precision = precision, Pooling = pooling, Cache = ModelPrecision.Int8,
        };
        AssertRefused(request, expected);
        AssertRefused(request, "Leave --cache out.");
    }

    [Fact]
    public void Heads_that_8_bits_cannot_have_are_named()
    {
        var folder = Copy("bloom-a");
        Change(Path.Combine(folder, "config.json"), config => config["n_head"] = 8);

        AssertRefused(
            new ImportRequest { Folder = folder, Target = ModelTarget.Cuda, Precision = ModelPrecision.Fp16, Cache = ModelPrecision.Int8 },
            "with --cache int8, heads of 8 numbers can't be run; multiples of 16 up to 128 can. Leave --cache out.");
    }

    [Theory]
    [InlineData(null, "states no 'eos_token_id'")]
    [InlineData("6272", "eos_token_id is 6272; the model has ids 0 to 6271")]
    public void Texts_must_be_able_to_end(string? id, string expected)
    {
        var folder = Copy("bloom-a");
        foreach (var file in (string[])["config.json", "generation_config.json"])
        {
            Change(Path.Combine(folder, file), config => config["eos_token_id"] = id is null ? null : JsonNode.Parse(id));
        }

        AssertRefused(folder, expected);
    }

    [Fact]
    public void The_special_ids_are_those_of_generation_config()
    {
        var profile = _temporary.Import(new() { Folder = ModelFixtures.Path("qwen2-tied") }).Decoder!;
        Assert.Equal([4258, 4256], profile.EosIds);
        Assert.Equal((4256, 4256), (profile.BosId, profile.PadId));
        Assert.Equal((2, 4, 2, 16), (profile.Layers, profile.Heads, profile.KvHeads, profile.HeadSize));
    }

    private string Copy(string model)
    {
        var folder = Directory.CreateDirectory(_temporary.Source("source")).FullName;
        foreach (var file in Directory.EnumerateFiles(ModelFixtures.Path(model)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return folder;
    }

    private static void Change(string path, Action<JsonObject> change)
    {
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }

    private void AssertRefused(string folder, string expected) => AssertRefused(new ImportRequest { Folder = folder }, expected);

    private void AssertRefused(ImportRequest request, string expected)
    {
        var exception = Assert.Throws<ModelException>(() => _temporary.Import(request));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Empty(_temporary.Store.List());
    }
}
