using Pipeline.Inference.Classification;
using Pipeline.Inference.Encoders;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Tests.Models;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Encoders;

/// <summary>Graphs for GPUs, run on the CPU: the tokens of texts of any lengths lie one behind the other.</summary>
public sealed class PackedEncoderTests : IDisposable
{
    private static readonly string[] s_labels = ["网络", "电力", "供水", "电梯", "其他"];
    private readonly TemporaryStore _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(false, false, "fp32", 5e-6)]
    [InlineData(false, true, "fp32", 5e-6)]
    [InlineData(true, false, "fp32", 5e-6)]
    [InlineData(true, true, "fp16", 0.01)]
    [InlineData(false, false, "fp16", 0.01)]
    public void Vectors_of_texts_of_any_lengths_in_one_run_are_those_of_a_plain_forward_pass_in_float64(bool roberta, bool mean, string precision, double tolerance)
    {
        var tiny = TinyBert.Create(roberta, mean);
        using var model = Open(tiny, precision);
        var reference = new BertReference(tiny);
        var inputs = Inputs(tiny, model.MaxTokens);

        var together = model.Run(inputs);

        for (var i = 0; i < inputs.Count; i++)
        {
            var worst = reference.Embed(inputs[i]).Zip(together[i]!, (a, b) => Math.Abs(a - b)).Max();
            // With 16 bits it is no better than they are, or the test would not test them.
            Assert.InRange(worst, precision == "fp16" ? 1e-5 : 0, tolerance);
        }
    }

    [Theory]
    [InlineData(false, "fp32", 1e-6)]
    [InlineData(true, "fp32", 1e-6)]
    [InlineData(false, "fp16", 0.003)]
    [InlineData(true, "fp16", 0.003)]
    public void A_vector_does_not_depend_on_its_neighbours_but_for_rounding(bool mean, string precision, double tolerance)
    {
        var tiny = TinyBert.Create(mean: mean);
        using var model = Open(tiny, precision);
        var inputs = Inputs(tiny, model.MaxTokens);

        var alone = inputs.ConvertAll(ids => model.Run([ids])[0]!);
        var planned = model.Embed(inputs, tokenBudget: 40, TestContext.Current.CancellationToken).ToDictionary(row => row.Index, row => row.Vector!);
        inputs.Reverse();
        var reversed = model.Run(inputs);

        Assert.Equal(Enumerable.Range(0, inputs.Count), planned.Keys.Order());
        for (var i = 0; i < inputs.Count; i++)
        {
            Assert.All(alone[i].Zip(planned[i]), pair => Assert.Equal(pair.First, pair.Second, tolerance));
            Assert.All(alone[i].Zip(reversed[^(i + 1)]!), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        }
    }

    [Theory]
    [InlineData(false, "fp32", 1e-5)]
    [InlineData(true, "fp16", 0.005)]
    public void A_classifier_gives_the_probabilities(bool roberta, string precision, double tolerance)
    {
        var tiny = TinyBert.Create(roberta).Classifying(s_labels);
        var (graph, manifest) = Import(tiny, precision);
        using var model = new ClassifierModel(graph, manifest, manifest.Classifier!, threads: 1, allowCpu: false);
        var reference = new BertReference(tiny);
        var inputs = Inputs(tiny, manifest.MaxTokens);

        var probabilities = model.Classify(inputs, TestContext.Current.CancellationToken).ToDictionary(row => row.Index, row => row.Probabilities!);

        for (var i = 0; i < inputs.Count; i++)
        {
            Assert.All(reference.Classify(inputs[i]).Zip(probabilities[i]), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        }
    }

    [Theory]
    [InlineData("fp32", TinyBert.Heads, "PackedMultiHeadAttention")]
    [InlineData("fp16", TinyBert.Heads, "TextAttention")]
    [InlineData("fp16", 2, "PackedMultiHeadAttention")]
    public void Attention_is_ours_in_16_bits_with_heads_that_it_takes(string precision, int heads, string expected)
    {
        var tiny = TinyBert.Create();
        tiny.Config["num_attention_heads"] = heads;

        using var file = File.OpenRead(Import(tiny, precision).Graph);

        var attention = ModelProto.Parser.ParseFrom(file).Graph.Node.Select(node => node.OpType).Where(type => type.Contains("Attention", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Repeat(expected, TinyBert.Layers), attention);
    }

    /// <summary>As all were before attention was ours.</summary>
    [Fact]
    public void Heads_that_ours_does_not_take_have_the_attention_of_ONNX_Runtime_in_16_bits()
    {
        var tiny = TinyBert.Create();
        tiny.Config["num_attention_heads"] = 2;
        var inputs = Inputs(tiny, TinyBert.Positions);
        float[]?[] Embed(string precision)
        {
            using var model = Open(tiny, precision);
            return model.Run(inputs);
        }

        Assert.All(Embed("fp32").Zip(Embed("fp16")), pair => Assert.InRange(pair.First!.Zip(pair.Second!, (a, b) => Math.Abs(a - b)).Max(), 1e-5, 0.01));
    }

    [Fact]
    public void Ids_that_the_model_has_not_are_refused()
    {
        var tiny = TinyBert.Create();
        using var model = Open(tiny, "fp16");

        Assert.Contains("ids 0 to", Assert.Throws<ModelException>(() => model.Run([[5, 6], [tiny.Vocabulary.Count]])).Message, StringComparison.Ordinal);
        Assert.Contains("1 to", Assert.Throws<ModelException>(() => model.Run([[5, 6], []])).Message, StringComparison.Ordinal);
        Assert.Contains("1 to", Assert.Throws<ModelException>(() => model.Run([[5, 6], new int[model.MaxTokens + 1]])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_are_filled_up_to_the_budget_from_the_shortest_rows_on()
    {
        int[] lengths = [7, 2, 30, 3, 2, 5, 11, 1];

        var batches = Plan(lengths, 10);

        Assert.Equal([[7, 1, 4, 3], [5], [0], [6], [2]], batches);
    }

    [Fact]
    public void A_long_row_does_not_make_room_for_its_length_beside_very_many_short_ones()
    {
        int[] lengths = [50, .. Enumerable.Repeat(1, 40)];

        var batches = Plan(lengths, 100).ToList();

        // 40 rows of 1 and one of 50 are 90 tokens, but 41 * 50 places.
        Assert.Equal([40, 1], batches.Select(batch => batch.Length));
    }

    private static IEnumerable<int[]> Plan(int[] lengths, int tokenBudget) =>
        PackedBatches.Plan([.. lengths.Select(length => new int[length])], tokenBudget);

    private EncoderModel Open(TinyBert tiny, string precision)
    {
        var (graph, manifest) = Import(tiny, precision);
        return new(graph, manifest, manifest.Encoder!, threads: 1);
    }

    /// <summary>As it is opened for its target it needs a device; the graph itself is the same everywhere.</summary>
    private (string Graph, ModelManifest Manifest) Import(TinyBert tiny, string precision)
    {
        var name = $"tiny-{precision}";
        var manifest = _temporary.Import(new()
        {
            Folder = tiny.WriteTo(_temporary.Source(name)), Precision = Enum.Parse<ModelPrecision>(precision, ignoreCase: true), Target = ModelTarget.Cuda,
        });
        return (Path.Combine(_temporary.Store.FolderOf(name), GraphBuilder.ModelFile), manifest with { Target = ModelTarget.Cpu });
    }

    private static List<int[]> Inputs(TinyBert tiny, int maxTokens)
    {
        var random = new Random(5);
        int[] lengths = [7, 1, maxTokens, 2, 3, 16, 7, 31, 17];
        return [.. lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(tiny.PadId + 1, tiny.Vocabulary.Count)).ToArray())];
    }
}
