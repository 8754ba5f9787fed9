using Google.Protobuf;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Models;

public sealed class ModelStoreTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private readonly string _folder;

    public ModelStoreTests()
    {
        _temporary.Import(new() { Folder = TinyBert.Create().WriteTo(_temporary.Source("tiny")) });
        _folder = _temporary.Store.FolderOf("tiny");
    }

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("model.onnx.data")]
    [InlineData("vocab.txt")]
    [InlineData("tokenizer_config.json")]
    public void One_flipped_bit_is_found_and_the_model_is_not_opened(string file)
    {
        var path = Path.Combine(_folder, file);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);

        AssertRefused(file);
    }

    [Fact]
    public void A_changed_manifest_makes_another_model()
    {
        var before = _temporary.Store.Verify("tiny", TestContext.Current.CancellationToken).Sha256;
        var path = Path.Combine(_folder, ModelManifest.FileName);
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"cls\"", "\"mean\"", StringComparison.Ordinal));

        Assert.NotEqual(before, _temporary.Store.Verify("tiny", TestContext.Current.CancellationToken).Sha256);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        File.Delete(Path.Combine(_folder, "vocab.txt"));

        AssertRefused("vocab.txt");
    }

    [Fact]
    public void A_file_that_the_import_did_not_write_is_refused()
    {
        // A tokenizer.json would be read in place of the vocabulary.
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), "{}");

        AssertRefused("tokenizer.json");
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        var path = Path.Combine(_folder, "vocab.txt");
        File.Move(path, _temporary.Source("vocab.txt"));
        File.CreateSymbolicLink(path, _temporary.Source("vocab.txt"));

        AssertRefused("link");
    }

    [Fact]
    public void A_model_folder_that_is_a_link_is_not_followed()
    {
        Directory.Move(_folder, _temporary.Source("elsewhere"));
        Directory.CreateSymbolicLink(_folder, _temporary.Source("elsewhere"));

        AssertRefused("link");
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public void Weights_outside_of_the_folder_are_refused_whatever_the_manifest_says(string location)
    {
        var path = Path.Combine(_folder, GraphBuilder.ModelFile);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        model.Graph.Initializer.First(tensor => tensor.ExternalData.Count > 0).ExternalData.Single(entry => entry.Key == "location").Value = location;
        File.WriteAllBytes(path, model.ToByteArray());
        var manifest = Path.Combine(_folder, ModelManifest.FileName);
        var read = ModelManifestJson.Read(manifest);
        File.WriteAllText(manifest, ModelManifestJson.Write(
            read with { Files = read.Files.SetItem(GraphBuilder.ModelFile, ModelFiles.Hash(path, null, TestContext.Current.CancellationToken)) }));

        AssertRefused($"'{location}'");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"format": 2}""")]
    [InlineData("""{"format": 1, "name": "tiny"}""")]
    public void A_broken_manifest_is_a_listed_problem_and_harms_no_neighbour(string json)
    {
        File.WriteAllText(Path.Combine(_folder, ModelManifest.FileName), json);
        _temporary.Import(new() { Folder = TinyBert.Create().WriteTo(_temporary.Source("neighbour")) });

        var models = _temporary.Store.List();

        Assert.Equal(["neighbour", "tiny"], models.Select(model => model.Name));
        Assert.NotNull(models[0].Manifest);
        Assert.Contains("manifest.json", models[1].Problem, StringComparison.Ordinal);
        AssertRefused("manifest.json");
    }

    [Fact]
    public void A_renamed_folder_is_refused()
    {
        Directory.Move(_folder, _temporary.Store.FolderOf("other"));

        var exception = Assert.Throws<ModelException>(() => _temporary.Store.Open("other", TestContext.Current.CancellationToken));
        Assert.Contains("'tiny'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_model_is_answered_with_the_known_ones()
    {
        var exception = Assert.Throws<ModelException>(() => _temporary.Store.Open("nope", TestContext.Current.CancellationToken));

        Assert.Contains("It holds tiny.", exception.Message, StringComparison.Ordinal);
    }

    private void AssertRefused(string expected)
    {
        var verify = Assert.Throws<ModelException>(() => _temporary.Store.Verify("tiny", TestContext.Current.CancellationToken));
        var open = Assert.Throws<ModelException>(() => _temporary.Store.Open("tiny", TestContext.Current.CancellationToken));
        Assert.Contains(expected, verify.Message, StringComparison.Ordinal);
        Assert.Equal(verify.Message, open.Message);
    }
}
