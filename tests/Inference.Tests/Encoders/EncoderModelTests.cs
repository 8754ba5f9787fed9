using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tests.Models;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Encoders;

public sealed class EncoderModelTests : IDisposable
{
    // Recommended with the goldens: about ten times what float32 arithmetic reaches.
    private const double ComponentTolerance = 5e-6;
    private const double LowestCosine = 0.999999;

    private readonly TemporaryStore _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(false, false, "")]
    [InlineData(false, true, "bert.")]
    [InlineData(true, false, "roberta.")]
    [InlineData(true, true, "")]
    public void Vectors_are_those_of_a_plain_forward_pass_in_float64(bool roberta, bool mean, string prefix)
    {
        var tiny = TinyBert.Create(roberta, mean, prefix);
        using var model = _temporary.Open(new() { Folder = tiny.WriteTo(_temporary.Source("tiny")) }).CreateEncoder(threads: 1);
        var reference = new BertReference(tiny);
        var inputs = Inputs(tiny, model.MaxTokens);

        var alone = inputs.Select(ids => model.Run([ids])[0]!).ToList();
        var together = model.EmbedAll(inputs);

        for (var i = 0; i < inputs.Count; i++)
        {
            var expected = reference.Embed(inputs[i]);
            AssertNear(expected, alone[i]);
            AssertNear(expected, together[i]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_vector_is_the_same_bit_for_bit_whatever_is_embedded_with_it(bool mean)
    {
        var tiny = TinyBert.Create(mean: mean);
        using var model = _temporary.Open(new() { Folder = tiny.WriteTo(_temporary.Source("tiny")) }).CreateEncoder(threads: 2);
        var inputs = Inputs(tiny, model.MaxTokens).SelectMany(ids => Enumerable.Repeat(ids, 3)).ToList();
        // Rows of one length must not be copies only.
        inputs.AddRange(inputs.ConvertAll(ids => ids.Select(id => (id * 7) % tiny.Vocabulary.Count).ToArray()));

        var cancellationToken = TestContext.Current.CancellationToken;
        var together = model.Embed(inputs, tokenBudget: 64, cancellationToken).ToDictionary(row => row.Index, row => row.Vector!);

        Assert.Equal(Enumerable.Range(0, inputs.Count), together.Keys.Order());
        for (var i = 0; i < inputs.Count; i++)
        {
            var alone = model.Run([inputs[i]])[0]!;
            Assert.Equal(alone, together[i]);
        }
    }

    [Theory]
    [InlineData("fp16", 0.99999, 0.9999999)]
    [InlineData("int8", 0.99, 0.9999)]
    [InlineData("int4", 0.9, 0.99)]
    public void A_lower_precision_costs_what_it_should_and_a_vector_stays_independent_of_its_batch(string precision, double least, double most)
    {
        var tiny = TinyBert.Create(mean: true);
        var request = new ImportRequest
        {
            Folder = tiny.WriteTo(_temporary.Source("tiny")), Precision = Enum.Parse<ModelPrecision>(precision, ignoreCase: true),
        };
        using var model = _temporary.Open(request).CreateEncoder(threads: 1);
        var reference = new BertReference(tiny);
        var inputs = Inputs(tiny, model.MaxTokens);

        var alone = inputs.ConvertAll(ids => model.Run([ids])[0]!);

        Assert.Equal(alone, model.EmbedAll(inputs));
        // Above the upper limit it would be another precision than the one that was asked for.
        Assert.InRange(inputs.Zip(alone, (ids, vector) => reference.Embed(ids).Zip(vector, (a, b) => a * b).Sum()).Min(), least, most);
    }

    [Fact]
    public void A_model_for_a_gpu_is_not_opened_without_one()
    {
        var opened = _temporary.Open(new() { Folder = TinyBert.Create().WriteTo(_temporary.Source("tiny")), Target = ModelTarget.Cuda });
        Assert.SkipWhen(OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"), "This build runs on a GPU.");

        Assert.Contains("--target cpu", Assert.Throws<ModelException>(() => opened.CreateEncoder()).Message, StringComparison.Ordinal);
    }

    private static List<int[]> Inputs(TinyBert tiny, int maxTokens)
    {
        var random = new Random(5);
        int[] lengths = [1, 2, 3, 7, 16, 17, 31, maxTokens];
        return [.. lengths.Select(length => Enumerable.Range(0, length)
            .Select(_ => random.Next(tiny.PadId + 1, tiny.Vocabulary.Count)).ToArray())];
    }

    internal static void AssertNear(IReadOnlyList<double> expected, float[] actual)
    {
        Assert.Equal(expected.Count, actual.Length);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, ComponentTolerance);
        Assert.InRange(expected.Zip(actual, (a, b) => a * b).Sum(), LowestCosine, 1 + 1e-6);
    }
}
