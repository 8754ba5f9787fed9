using Pipeline.Inference.Models;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Models;

/// <summary>Every fault of a source folder is one sentence that names the place, and leaves no trace in the store.</summary>
public sealed class BadSourceTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("hidden_size", "null", "'hidden_size'")]
    [InlineData("layer_norm_eps", "null", "'layer_norm_eps'")]
    [InlineData("num_attention_heads", "\"three\"", "\"three\"")]
    [InlineData("num_attention_heads", "5", "no multiple")]
    [InlineData("hidden_act", "\"gelu_new\"", "gelu_new")]
    [InlineData("position_embedding_type", "\"relative_key\"", "relative_key")]
    [InlineData("num_hidden_layers", "3", "'encoder.layer.2.attention.self.query.bias'")]
    [InlineData("vocab_size", "100", "'embeddings.word_embeddings.weight' has shape [90, 24]; [100, 24]")]
    [InlineData("intermediate_size", "48", "'encoder.layer.0.intermediate.dense.weight' has shape [40, 24]; [48, 24]")]
    [InlineData("model_type", "\"t5\"", "Known: bert")]
    [InlineData("architectures", "[\"T5Model\"]", "T5Model")]
    public void A_configuration_that_does_not_fit_is_refused_by_key_or_tensor(string key, string json, string expected)
    {
        var tiny = TinyBert.Create();
        Assert.Equal(90, tiny.Vocabulary.Count);
        tiny.Config[key] = System.Text.Json.Nodes.JsonNode.Parse(json);

        AssertRefused(tiny.WriteTo(_temporary.Source("tiny")), expected);
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        var tiny = TinyBert.Create(prefix: "bert.");
        tiny.Weights.Remove("bert.encoder.layer.1.output.dense.weight");

        AssertRefused(tiny.WriteTo(_temporary.Source("tiny")), "'encoder.layer.1.output.dense.weight'");
    }

    [Fact]
    public void A_weight_that_is_not_a_number_is_refused()
    {
        var tiny = TinyBert.Create();
        tiny.Weights["encoder.layer.1.output.dense.weight"][7] = float.NaN;

        AssertRefused(tiny.WriteTo(_temporary.Source("tiny")), "'encoder.layer.1.output.dense.weight'");
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("config.json")]
    [InlineData("vocab.txt")]
    public void A_missing_file_is_named(string file)
    {
        var folder = TinyBert.Create().WriteTo(_temporary.Source("tiny"));
        File.Delete(Path.Combine(folder, file));

        AssertRefused(folder, file);
    }

    [Fact]
    public void Truncated_weights_are_refused()
    {
        var folder = TinyBert.Create().WriteTo(_temporary.Source("tiny"));
        using (var file = File.OpenWrite(Path.Combine(folder, "model.safetensors")))
        {
            file.SetLength(file.Length - 100);
        }

        AssertRefused(folder, "model.safetensors");
    }

    [Fact]
    public void A_tokenizer_with_more_ids_than_the_model_has_rows_is_refused()
    {
        var folder = TinyBert.Create().WriteTo(_temporary.Source("tiny"));
        File.AppendAllLines(Path.Combine(folder, "vocab.txt"), ["one", "two"]);

        AssertRefused(folder, "ids up to 91, the model only 90 rows");
    }

    [Theory]
    [InlineData("""{"pooling_mode_max_tokens": true}""", "max_tokens")]
    [InlineData("""{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true}""", "cls_token and mean_tokens")]
    [InlineData("""{"pooling_mode_cls_token": 1}""", "pooling_mode_cls_token")]
    [InlineData("[]", "1_Pooling")]
    public void A_pooling_that_is_not_built_here_is_refused(string json, string expected)
    {
        var folder = TinyBert.Create().WriteTo(_temporary.Source("tiny"));
        File.WriteAllText(Path.Combine(folder, "1_Pooling", "config.json"), json);

        AssertRefused(folder, expected);
    }

    [Fact]
    public void A_module_behind_the_pooling_is_refused_by_name()
    {
        var folder = TinyBert.Create().WriteTo(_temporary.Source("tiny"));
        File.WriteAllText(
            Path.Combine(folder, "modules.json"),
            """[{"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}, {"path": "2_Dense", "type": "sentence_transformers.models.Dense"}]""");

        AssertRefused(folder, "sentence_transformers.models.Dense");
    }

    [Fact]
    public void A_pooling_module_outside_of_the_folder_is_refused()
    {
        var folder = TinyBert.Create().WriteTo(_temporary.Source("tiny"));
        File.WriteAllText(Path.Combine(folder, "modules.json"), """[{"path": "../1_Pooling", "type": "sentence_transformers.models.Pooling"}]""");

        AssertRefused(folder, "'../1_Pooling'");
    }

    [Fact]
    public void Pooling_that_contradicts_the_folder_is_refused() => AssertRefused(
        TinyBert.Create(mean: true).WriteTo(_temporary.Source("tiny")), "--pooling", new() { Folder = "", Pooling = PoolingMode.Cls });

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    [InlineData("Upper")]
    [InlineData("")]
    [InlineData("..")]
    public void A_name_that_could_lead_elsewhere_is_refused(string name)
    {
        AssertRefused(TinyBert.Create().WriteTo(_temporary.Source("tiny")), "name", new() { Folder = "", Name = name });
        Assert.Throws<ModelException>(() => _temporary.Store.Open(name, TestContext.Current.CancellationToken));
    }

    private void AssertRefused(string folder, string expected, ImportRequest? request = null)
    {
        var exception = Assert.Throws<ModelException>(() => _temporary.Import((request ?? new() { Folder = "" }) with { Folder = folder }));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temporary.Store.Root) && Directory.EnumerateFileSystemEntries(_temporary.Store.Root).Any());
    }
}
