using Pipeline.Inference.Models;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Models;

public sealed class ModelImporterTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void The_same_source_gives_the_same_bytes_and_the_same_identity()
    {
        var folder = TinyBert.Create().WriteTo(_temporary.Source("GTE tiny"));
        using var other = new TemporaryStore();

        var first = _temporary.Import(new() { Folder = folder });
        var second = other.Import(new() { Folder = folder + Path.DirectorySeparatorChar });

        Assert.Equal("gte-tiny", first.Name);
        Assert.Equal(first.Sha256, second.Sha256);
        var files = Directory.GetFiles(_temporary.Store.FolderOf(first.Name)).Select(path => Path.GetFileName(path)).Order().ToList();
        Assert.Equal(["manifest.json", "model.onnx", "model.onnx.data", "tokenizer_config.json", "vocab.txt"], files);
        Assert.All(files, file => Assert.Equal(
            File.ReadAllBytes(Path.Combine(_temporary.Store.FolderOf(first.Name), file)), File.ReadAllBytes(Path.Combine(other.Store.FolderOf(first.Name), file))));
    }

    [Fact]
    public void The_manifest_tells_what_the_model_is_and_where_it_came_from()
    {
        var folder = TinyBert.Create(roberta: true, mean: true).WriteTo(_temporary.Source("tiny"));
        File.WriteAllText(Path.Combine(folder, "README.md"), "---\ntags:\n- test\nlicense: mit\n---\n# Tiny\n");
        File.WriteAllText(Path.Combine(folder, "sentence_bert_config.json"), """{"max_seq_length": 20, "do_lower_case": true}""");

        var manifest = _temporary.Import(new() { Folder = folder, Name = "my-model" });

        Assert.Equal(("my-model", "xlm-roberta", ModelTask.Embed), (manifest.Name, manifest.Architecture, manifest.Task));
        Assert.Equal(new EncoderProfile { Dimensions = TinyBert.Hidden, Pooling = PoolingMode.Mean, PadId = 1, LowerCase = true }, manifest.Encoder);
        Assert.Equal(20, manifest.MaxTokens);
        Assert.Equal(("tiny", "mit"), (manifest.Source.Folder, manifest.Source.License));
        Assert.Equal(
            ["1_Pooling/config.json", "config.json", "model.safetensors", "sentence_bert_config.json", "tokenizer_config.json", "vocab.txt"],
            manifest.Source.Files.Keys);
        Assert.Equal(manifest.Sha256, Assert.Single(_temporary.Store.List()).Manifest!.Sha256);
    }

    [Fact]
    public void Positions_limit_the_input_where_nothing_else_does()
    {
        var bert = _temporary.Import(new() { Folder = TinyBert.Create().WriteTo(_temporary.Source("bert")) });
        var roberta = _temporary.Import(new() { Folder = TinyBert.Create(roberta: true).WriteTo(_temporary.Source("roberta")) });

        Assert.Equal(TinyBert.Positions, bert.MaxTokens);
        Assert.Equal(TinyBert.Positions - 2, roberta.MaxTokens);
    }

    [Fact]
    public void Importing_again_leaves_the_model_alone_and_another_model_of_that_name_is_refused()
    {
        var folder = TinyBert.Create().WriteTo(_temporary.Source("tiny"));
        var importer = new ModelImporter(_temporary.Store);
        var cancellationToken = TestContext.Current.CancellationToken;
        var first = importer.Import(new() { Folder = folder }, null, cancellationToken);

        var again = importer.Import(new() { Folder = folder }, null, cancellationToken);
        var exception = Assert.Throws<ModelException>(() =>
            importer.Import(new() { Folder = folder, Precision = ModelPrecision.Fp16 }, null, cancellationToken));

        Assert.Equal((true, false), (first.Replaced, again.Replaced));
        Assert.Contains("--name", exception.Message, StringComparison.Ordinal);
        Assert.Equal(first.Manifest.Sha256, _temporary.Store.Verify("tiny", cancellationToken).Sha256);
        AssertOnly("tiny");
    }

    [Fact]
    public void Keys_and_values_of_8_bits_make_another_model_and_the_manifest_says_so()
    {
        var importer = new ModelImporter(_temporary.Store);
        var cancellationToken = TestContext.Current.CancellationToken;
        var request = new ImportRequest
        {
            Folder = ModelFixtures.Path("bloom-a"), Name = "bloom", Target = ModelTarget.Cuda, Precision = ModelPrecision.Fp16, Cache = ModelPrecision.Int8,
        };
        var first = importer.Import(request, null, cancellationToken);

        var again = importer.Import(request, null, cancellationToken);
        var refusal = Assert.Throws<ModelException>(() => importer.Import(request with { Cache = null }, null, cancellationToken));
        var other = importer.Import(request with { Cache = null, Name = "plain" }, null, cancellationToken);

        Assert.Equal((true, false), (first.Replaced, again.Replaced));
        Assert.Contains("another model 'bloom'", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((ModelPrecision.Int8, null), (first.Manifest.Decoder!.Cache, other.Manifest.Decoder!.Cache));
        Assert.Contains("\"cache\": \"int8\"", Text("bloom"), StringComparison.Ordinal);
        // As it was before there was a choice: such a model keeps its identity.
        Assert.DoesNotContain("cache", Text("plain"), StringComparison.Ordinal);
        foreach (var manifest in new[] { first.Manifest, other.Manifest })
        {
            Assert.Equal(manifest.Sha256, _temporary.Store.Verify(manifest.Name, cancellationToken).Sha256);
        }

        string Text(string name) => File.ReadAllText(Path.Combine(_temporary.Store.FolderOf(name), ModelManifest.FileName));
    }

    [Fact]
    public void An_encoder_has_no_keys_and_values_to_keep()
    {
        var folder = TinyBert.Create().WriteTo(_temporary.Source("tiny"));

        var refusal = Assert.Throws<ModelException>(() => _temporary.Import(
            new() { Folder = folder, Target = ModelTarget.Cuda, Precision = ModelPrecision.Fp16, Cache = ModelPrecision.Int8 }));

        Assert.Contains("no keys and values to keep, as it does not generate. Leave --cache out.", refusal.Message, StringComparison.Ordinal);
        AssertOnly();
    }

    [Fact]
    public void Importing_again_repairs_a_damaged_model()
    {
        var folder = TinyBert.Create().WriteTo(_temporary.Source("tiny"));
        _temporary.Import(new() { Folder = folder });
        File.AppendAllText(Path.Combine(_temporary.Store.FolderOf("tiny"), "vocab.txt"), "x");

        _temporary.Import(new() { Folder = folder });

        _temporary.Store.Verify("tiny", TestContext.Current.CancellationToken);
        AssertOnly("tiny");
    }

    [Fact]
    public void A_cancelled_import_leaves_nothing_behind()
    {
        var folder = TinyBert.Create().WriteTo(_temporary.Source("tiny"));
        using var cancellation = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => new ModelImporter(_temporary.Store).Import(
            new() { Folder = folder },
            progress =>
            {
                if (progress.Step == "writing" && progress.Bytes > progress.TotalBytes / 2)
                {
                    cancellation.Cancel();
                }
            },
            cancellation.Token));

        AssertOnly();
    }

    [Fact]
    public void What_a_killed_import_left_is_not_listed_and_goes_away_with_the_next_one()
    {
        var folder = TinyBert.Create().WriteTo(_temporary.Source("tiny"));
        Directory.CreateDirectory(Path.Combine(_temporary.Store.Root, ".tiny.importing"));
        File.WriteAllText(Path.Combine(_temporary.Store.Root, ".tiny.importing", "model.onnx.data"), "half");
        Directory.CreateDirectory(Path.Combine(_temporary.Store.Root, "copied-by-hand"));

        Assert.Empty(_temporary.Store.List());
        _temporary.Import(new() { Folder = folder });

        AssertOnly("copied-by-hand", "tiny");
    }

    [Fact]
    public void Two_imports_of_one_name_do_not_run_at_once()
    {
        var folder = TinyBert.Create().WriteTo(_temporary.Source("tiny"));
        var importer = new ModelImporter(_temporary.Store);
        ModelException? second = null;

        importer.Import(
            new() { Folder = folder },
            progress => second ??= progress.Step == "writing"
                ? Assert.Throws<ModelException>(() => importer.Import(new() { Folder = folder }, null, TestContext.Current.CancellationToken))
                : null,
            TestContext.Current.CancellationToken);

        Assert.Contains("running", second!.Message, StringComparison.Ordinal);
        AssertOnly("tiny");
    }

    private void AssertOnly(params string[] names) => Assert.Equal(
        names, Directory.GetFileSystemEntries(_temporary.Store.Root).Select(path => Path.GetFileName(path)).Order());
}
