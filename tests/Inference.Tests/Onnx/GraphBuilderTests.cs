using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Checkpoints;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Tests.Onnx;

public sealed class GraphBuilderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(nameof(DataType.Float))]
    [InlineData(nameof(DataType.Float16))]
    [InlineData(nameof(DataType.Bfloat16))]
    public void A_saved_graph_runs_and_gives_the_product_and_the_sum(string storage)
    {
        // Whole numbers of up to 8 are exact in all types. The weight is large enough to get a page of its own.
        const int Rows = 300, Columns = 200;
        var weight = Enumerable.Range(0, Rows * Columns).Select(i => (float)(i % 17 - 8)).ToArray();
        var bias = Enumerable.Range(0, Columns).Select(i => (float)i).ToArray();
        var graph = new GraphBuilder("product");
        var x = graph.Input("x", DataType.Float, "rows", Rows);
        var b = graph.Weight("b", DataType.Float, [Columns], writer => writer.Write(bias));
        var w = graph.Weight("w", Enum.Parse<DataType>(storage), [Rows, Columns], writer =>
        {
            writer.Write(weight.AsSpan(0, 999));
            writer.Write(weight.AsSpan(999));
        });
        w = storage == nameof(DataType.Float) ? w : graph.Cast(w, DataType.Float);
        graph.Output(graph.Add(graph.MatMul(x, w), b), "y", DataType.Float, "rows", Columns);
        graph.Save(_folder.FullName, null, TestContext.Current.CancellationToken);

        var input = Enumerable.Range(0, 2 * Rows).Select(i => (float)(i % 5)).ToArray();
        using var session = OnnxSession.Open(Path.Combine(_folder.FullName, GraphBuilder.ModelFile), threads: 1);
        using var value = OrtValue.CreateTensorValueFromMemory(input, [2, Rows]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["x"], [value], ["y"]);

        var expected = new float[2 * Columns];
        for (var row = 0; row < 2; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                expected[(row * Columns) + column] = bias[column]
                    + Enumerable.Range(0, Rows).Sum(k => input[(row * Rows) + k] * weight[(k * Columns) + column]);
            }
        }

        Assert.Equal(expected, results[0].GetTensorDataAsSpan<float>());
    }

    [Fact]
    public void The_same_calls_write_the_same_bytes_with_the_weights_on_aligned_offsets()
    {
        var first = SaveThree("first");
        var second = SaveThree("second");

        Assert.Equal(File.ReadAllBytes(Path.Combine(first, GraphBuilder.ModelFile)), File.ReadAllBytes(Path.Combine(second, GraphBuilder.ModelFile)));
        Assert.Equal(File.ReadAllBytes(Path.Combine(first, GraphBuilder.DataFile)), File.ReadAllBytes(Path.Combine(second, GraphBuilder.DataFile)));
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(first, GraphBuilder.ModelFile)));
        var offsets = model.Graph.Initializer.Select(tensor => tensor.ExternalData.Single(entry => entry.Key == "offset").Value);
        Assert.Equal(["0", "64", "4096"], offsets);
    }

    [Fact]
    public void A_weight_of_the_wrong_length_is_refused_by_name()
    {
        var graph = new GraphBuilder("short");
        graph.Weight("layer.0.weight", DataType.Float, [2, 3], writer => writer.Write([1f, 2f]));

        var exception = Assert.Throws<InvalidOperationException>(() => graph.Save(_folder.FullName, null, TestContext.Current.CancellationToken));
        Assert.Contains("layer.0.weight", exception.Message, StringComparison.Ordinal);
        Assert.Contains("24 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_too_large_for_16_bits_is_refused()
    {
        var graph = new GraphBuilder("large");
        graph.Weight("w", DataType.Float16, [2], writer => writer.Write([1f, -70000f]));

        Assert.Throws<CheckpointException>(() => graph.Save(_folder.FullName, null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Fields_that_our_schema_leaves_out_survive_reading_and_writing()
    {
        // Field 5 of a model is its version, field 6 its description.
        byte[] bytes = [0x08, 10, 0x28, 7, 0x32, 2, (byte)'h', (byte)'i'];

        Assert.Equal(bytes, Google.Protobuf.MessageExtensions.ToByteArray(ModelProto.Parser.ParseFrom(bytes)));
    }

    private string SaveThree(string name)
    {
        var folder = _folder.CreateSubdirectory(name).FullName;
        var graph = new GraphBuilder("three");
        graph.Weight("a", DataType.Float, [5], writer => writer.Write([1f, 2f, 3f, 4f, 5f]));
        graph.Weight("b", DataType.Float16, [3], writer => writer.Write([1f, 2f, 3f]));
        graph.Weight("c", DataType.Uint8, [256, 256], writer => writer.Write(new byte[65536]));
        graph.Save(folder, null, TestContext.Current.CancellationToken);
        return folder;
    }
}
