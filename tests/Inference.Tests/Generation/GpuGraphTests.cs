using System.Numerics.Tensors;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>
/// Graphs for GPUs, run on the CPU: 16 bits throughout, ALiBi inside the heads, the choice of the next token in the graph. They must say what
/// the graphs for CPUs say, as far as 16 bits can.
/// </summary>
public sealed class GpuGraphTests(DecoderFixture models) : IClassFixture<DecoderFixture>
{
    [Theory]
    [InlineData("bloom-a")]
    [InlineData("bloom-b")]
    [InlineData("qwen2-tied")]
    [InlineData("qwen2-untied")]
    public void Logits_are_those_of_the_other_graph_as_far_as_16_bits_can_say(string name)
    {
        var cases = DecoderGoldens.Read(name).Cases.Where(c => c.GreedyIds.Length > 3).ToList();
        using var exact = models.Decoder(name);
        using var rounded = models.OpenForGpu(name).CreateDecoder(threads: 1);
        using var expected = exact.Start([.. cases.Select(c => c.InputIds)], 4);
        using var actual = rounded.Start([.. cases.Select(c => c.InputIds)], 4);
        Assert.True(rounded.CacheBytesPerToken < exact.CacheBytesPerToken);
        var (same, rows, worst) = (0, 0, 0f);
        for (var step = 0; step < 4; step++)
        {
            for (var row = 0; row < cases.Count; row++)
            {
                worst = Math.Max(worst, TensorPrimitives.Distance(expected.Logits(row), actual.Logits(row)));
                same += expected.Best(row).Id == actual.Best(row).Id ? 1 : 0;
                rows++;
            }

            int[] next = [.. cases.Select(c => c.GreedyIds[step])];
            expected.Append(next);
            actual.Append(next);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: largest distance of logits {worst:F5}, same token {same} of {rows}");
        Assert.InRange(worst, 1e-7, 1);
        Assert.InRange((double)same / rows, 0.97, 1);
    }

    [Theory]
    [InlineData("bloom-b")]
    [InlineData("qwen2-untied")]
    public void The_choice_is_that_of_the_logits(string name)
    {
        using var decoder = models.OpenForGpu(name).CreateDecoder(threads: 1);
        using var batch = decoder.Start([.. DecoderGoldens.Read(name).Cases.Select(c => c.InputIds)], 2);
        batch.Append([.. Enumerable.Range(0, batch.Rows)]);
        batch.Reserve(batch.Rows + 3, 700);
        for (var row = 0; row < batch.Rows; row++)
        {
            var logits = batch.Logits(row);
            var best = batch.Best(row);
            Assert.Equal((TopTokens.Best(logits), logits[best.Id]), (best.Id, best.Logit));
            Assert.Equal(LogSumExp.Of(logits), best.LogSumExp, 1e-4);
        }
    }

    [Theory]
    [InlineData("bloom-a")]
    [InlineData("qwen2-tied")]
    public async Task Texts_are_those_of_the_reference(string name)
    {
        var goldens = DecoderGoldens.Read(name);
        using var generator = models.OpenForGpu(name).CreateGenerator(new() { MaxBatchRows = 5 }, threads: 1);

        var greedy = await RunAsync(new() { MaxNewTokens = goldens.MaxNewTokens });
        var penalised = await RunAsync(new() { MaxNewTokens = goldens.MaxNewTokens, RepetitionPenalty = 2 });

        // Random weights make close races; most texts get through all of theirs.
        Assert.InRange(greedy.Zip(goldens.Cases).Count(pair => pair.First.Ids.SequenceEqual(pair.Second.GreedyIds)), goldens.Cases.Count * 0.8, goldens.Cases.Count);
        Assert.InRange(
            penalised.Zip(goldens.Cases).Count(pair => pair.Second.GreedyPenaltyIds is { } ids && pair.First.Ids.SequenceEqual(ids)),
            goldens.Cases.Count(c => c.GreedyPenaltyIds is not null) * 0.8, goldens.Cases.Count);

        Task<GeneratedText[]> RunAsync(GenerationOptions options) =>
            DecoderFixture.RunAsync(generator, [.. goldens.Cases.Select(c => c.InputIds)], options);
    }

    [Fact]
    public void Without_a_gpu_a_model_for_one_is_refused_with_the_ways_out()
    {
        var opened = models.OpenForGpu("bloom-a");
        Assert.SkipWhen(
            Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"), "This build runs on a GPU.");

        var refused = new OpenedModel(opened.Folder, opened.Manifest);

        var message = Assert.Throws<ModelException>(() => refused.CreateDecoder()).Message;
        Assert.Contains("-p:Accelerator=cuda", message, StringComparison.Ordinal);
        Assert.Contains("PIPELINE__CUDA__ALLOWCPU=true", message, StringComparison.Ordinal);
    }
}
