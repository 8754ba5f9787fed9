using Pipeline.Inference.Models;

namespace Pipeline.Inference.Tests.Models;

public sealed class EncoderExportTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("last_hidden_state", true, null, "", 14)]
    [InlineData("last_hidden_state", false, null, "onnx", 11)]
    [InlineData("token_embeddings", true, "model.onnx_data", "onnx", 17)]
    public void Token_vectors_are_pooled_and_token_types_are_no_concern_of_ours(string output, bool types, string? external, string place, int opset)
    {
        var export = new TinyExport { Output = output, TokenTypes = types, External = external, Opset = opset };
        var folder = export.WriteTo(_temporary.Source("export"), place);

        var cls = Embed(new() { Folder = folder, Onnx = true, Name = "cls" }, [4, 5, 6]);
        var mean = Embed(new() { Folder = folder, Onnx = true, Name = "mean", Pooling = PoolingMode.Mean }, [4, 5, 6]);

        AssertDirection(i => Row(4, i) + Type(types, i), cls);
        AssertDirection(i => ((Row(4, i) + Row(5, i) + Row(6, i)) / 3) + Type(types, i), mean);
        Assert.Equal(["manifest.json", "model.onnx", "model.onnx.data", "vocab.txt"],
            Directory.GetFiles(_temporary.Store.FolderOf("cls")).Select(path => Path.GetFileName(path)).Order());
    }

    [Theory]
    [InlineData("sentence_embedding")]
    [InlineData("embedding")]
    [InlineData("text_vector")]
    public void A_pooled_output_is_taken_as_it_is(string output)
    {
        var folder = new TinyExport { Output = output, Pooled = true }.WriteTo(_temporary.Source("export"));

        var vector = Embed(new() { Folder = folder, Onnx = true }, [7, 8]);

        AssertDirection(i => Row(7, i) + Type(true, i), vector);
        Assert.Equal(PoolingMode.Graph, _temporary.Store.List()[0].Manifest!.Encoder!.Pooling);
    }

    [Fact]
    public void Imports_of_an_export_are_byte_identical_too()
    {
        var folder = new TinyExport { External = "weights.bin" }.WriteTo(_temporary.Source("export"));
        using var other = new TemporaryStore();

        Assert.Equal(_temporary.Import(new() { Folder = folder, Onnx = true }).Sha256, other.Import(new() { Folder = folder, Onnx = true }).Sha256);
    }

    [Theory]
    [InlineData("pooler", "", 14, "pooler")]
    [InlineData("last_hidden_state", "position_ids", 14, "position_ids")]
    [InlineData("last_hidden_state", "", 10, "opset 10")]
    public void What_is_no_encoder_for_us_is_refused_by_name(string output, string input, int opset, string expected)
    {
        var folder = new TinyExport { Output = output, ExtraInput = input, Opset = opset }.WriteTo(_temporary.Source("export"));

        AssertRefused(folder, expected);
    }

    [Theory]
    [InlineData("../secret.bin")]
    [InlineData("sub/weights.bin")]
    [InlineData("/etc/passwd")]
    public void Weights_that_lie_elsewhere_are_refused(string location)
    {
        var folder = _temporary.Source("export");
        Directory.CreateDirectory(Path.Combine(folder, "sub"));
        var export = new TinyExport { External = "weights.bin" }.WriteTo(folder);
        var path = Path.Combine(export, "model.onnx");
        var model = Pipeline.Inference.Onnx.ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        model.Graph.Initializer[0].ExternalData[0].Value = location;
        File.WriteAllBytes(path, Google.Protobuf.MessageExtensions.ToByteArray(model));

        AssertRefused(folder, $"'{location}'");
    }

    [Fact]
    public void A_graph_that_is_cut_off_or_lacks_weights_is_refused()
    {
        var folder = new TinyExport { External = "weights.bin" }.WriteTo(_temporary.Source("export"));
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), new byte[100]);
        AssertRefused(folder, "weights.bin");

        var path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);
        AssertRefused(folder, "truncated");

        File.Delete(path);
        AssertRefused(folder, "no ONNX export");
    }

    [Fact]
    public void A_graph_that_the_runtime_does_not_run_is_refused_at_import()
    {
        var folder = new TinyExport().WriteTo(_temporary.Source("export"));
        var path = Path.Combine(folder, "model.onnx");
        var model = Pipeline.Inference.Onnx.ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        model.Graph.Node[0].OpType = "NoSuchOperator";
        File.WriteAllBytes(path, Google.Protobuf.MessageExtensions.ToByteArray(model));

        AssertRefused(folder, "NoSuchOperator");
    }

    private static double Row(int id, int i) => TinyExport.Table[(id * TinyExport.Size) + i];

    private static double Type(bool types, int i) => types ? Row(TinyExport.Vocabulary - 1, i) : 0;

    private float[] Embed(ImportRequest request, int[] ids)
    {
        using var model = _temporary.Open(request).CreateEncoder(threads: 1);
        Assert.Equal(12, model.MaxTokens);
        var alone = model.Run([ids])[0]!;
        Assert.Equal(alone, model.Run([[.. ids.Reverse()], ids])[1]!);
        return alone;
    }

    private static void AssertDirection(Func<int, double> value, float[] vector)
    {
        var values = Enumerable.Range(0, TinyExport.Size).Select(value).ToArray();
        var norm = Math.Sqrt(values.Sum(x => x * x));
        Assert.All(values.Zip(vector), pair => Assert.Equal(pair.First / norm, pair.Second, 6));
    }

    private void AssertRefused(string folder, string expected)
    {
        var exception = Assert.Throws<ModelException>(() => _temporary.Import(new() { Folder = folder, Onnx = true }));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Empty(_temporary.Store.List());
    }
}
