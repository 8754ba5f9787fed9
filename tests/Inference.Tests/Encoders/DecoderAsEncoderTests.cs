using System.Numerics.Tensors;
using System.Text.Json;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tests.Generation;
using Pipeline.Inference.Tests.Models;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Encoders;

/// <summary>Decoders that embed: the vectors behind the final norm, pooled.</summary>
public sealed class DecoderAsEncoderTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("bloom-b")]
    [InlineData("qwen2-untied")]
    public void The_last_token_gives_the_reference_vector_alone_and_together(string name)
    {
        using var goldens = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(ModelFixtures.Path(name), "goldens.json")));
        var cases = goldens.RootElement.GetProperty("cases").EnumerateArray().ToList();
        var opened = Open(name, PoolingMode.Last);
        Assert.Equal((ModelTask.Embed, null), (opened.Manifest.Task, opened.Manifest.Decoder));
        using var model = opened.CreateEncoder(threads: 1);
        var rows = cases.ConvertAll(c => c.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32()).ToArray());
        var together = model.EmbedAll(rows);
        var traced = 0;
        for (var i = 0; i < cases.Count; i++)
        {
            var alone = model.Run([rows[i]])[0]!;
            Assert.Equal(alone, together[i]);
            if (cases[i].TryGetProperty("trace_last_position_first8", out var trace))
            {
                // The reference has eight values before the vector is made one of length 1.
                var expected = trace.EnumerateArray().Last().GetProperty("values").EnumerateArray().Select(value => value.GetDouble()).ToArray();
                var scale = alone[0] / expected[0];
                Assert.True(scale > 0);
                Assert.All(expected.Zip(alone), pair => Assert.Equal(pair.First * scale, pair.Second, 1e-5));
                traced++;
            }
        }

        Assert.Equal(2, traced);
    }

    [Theory]
    [InlineData("bloom-a")]
    [InlineData("qwen2-tied")]
    public void The_mean_is_that_of_every_tokens_vector(string name)
    {
        using var last = Open(name, PoolingMode.Last).CreateEncoder(threads: 1);
        using var mean = Open(name, PoolingMode.Mean).CreateEncoder(threads: 1);
        Assert.Equal(last.Run([[9]])[0]!, mean.Run([[9]])[0]!, (a, b) => Math.Abs(a - b) < 1e-6);

        // A token sees only what is before it, so its vector is that of the text up to it: the mean of two lies between them.
        var (first, second, middle) = (last.Run([[9]])[0]!, last.Run([[9, 200]])[0]!, mean.Run([[9, 200]])[0]!);
        var cosine = Dot(first, second);
        var (a, b) = (Dot(middle, first), Dot(middle, second));
        var (x, y) = ((a - (b * cosine)) / (1 - (cosine * cosine)), (b - (a * cosine)) / (1 - (cosine * cosine)));
        Assert.True(x > 0 && y > 0);
        Assert.All(Enumerable.Range(0, middle.Length), i => Assert.Equal((x * first[i]) + (y * second[i]), middle[i], 1e-5));
    }

    [Theory]
    [InlineData("bloom-b")]
    [InlineData("qwen2-untied")]
    public void The_graph_for_gpus_gives_the_vectors_as_far_as_16_bits_can_say(string name)
    {
        var rows = DecoderGoldens.Read(name).Cases.Select(c => c.InputIds).ToList();
        using var exact = Open(name, PoolingMode.Last).CreateEncoder(threads: 1);
        var manifest = _temporary.Import(new()
        {
            Folder = ModelFixtures.Path(name), Name = $"{name}-gpu", Pooling = PoolingMode.Last, Precision = ModelPrecision.Fp16, Target = ModelTarget.Cuda,
        });
        var store = new ModelStore(_temporary.Store.Root) { Cuda = new() { AllowCpu = true } };
        using var rounded = store.Open(manifest.Name, TestContext.Current.CancellationToken).CreateEncoder(threads: 1);

        var worst = exact.EmbedAll(rows).Zip(rounded.EmbedAll(rows), (a, b) => TensorPrimitives.Distance<float>(a, b)).Max();

        Assert.InRange(worst, 1e-6, 0.01);
    }

    [Fact]
    public void The_folder_decides_when_it_says_how_tokens_are_pooled()
    {
        var folder = Directory.CreateDirectory(_temporary.Source("embedder"));
        foreach (var file in Directory.EnumerateFiles(ModelFixtures.Path("qwen2-tied")))
        {
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        }

        folder.CreateSubdirectory("1_Pooling");
        File.WriteAllText(Path.Combine(folder.FullName, "1_Pooling", "config.json"), """{"pooling_mode_lasttoken": true}""");
        var manifest = _temporary.Import(new() { Folder = folder.FullName });
        Assert.Equal((ModelTask.Embed, PoolingMode.Last), (manifest.Task, manifest.Encoder!.Pooling));
    }

    [Fact]
    public void The_first_tokens_vector_is_refused()
    {
        var exception = Assert.Throws<ModelException>(
            () => _temporary.Import(new() { Folder = ModelFixtures.Path("bloom-a"), Pooling = PoolingMode.Cls }));
        Assert.Contains("first token", exception.Message, StringComparison.Ordinal);
    }

    private OpenedModel Open(string name, PoolingMode pooling) =>
        _temporary.Open(new() { Folder = ModelFixtures.Path(name), Name = $"{name}-{pooling}".ToLowerInvariant(), Pooling = pooling });

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
