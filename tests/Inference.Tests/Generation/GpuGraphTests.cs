using Pipeline.Inference.Architectures;
using Pipeline.Inference.Checkpoints;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Tests.Models;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>
/// Graphs for GPUs, run on the CPU: 16 bits throughout, attention and the choice of the next token in the graph. They must say what
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
        using var exact = models.Decoder(name);
        using var rounded = models.OpenForGpu(name).CreateDecoder(threads: 1);

        Assert.True(rounded.CacheBytesPerToken < exact.CacheBytesPerToken);
        var (worst, same) = DecoderComparison.Of(name, exact, rounded);
        Assert.InRange(worst, 1e-7, 0.5);
        Assert.InRange(same, 0.97, 1);
    }

    /// <summary>ONNX Runtime records a session's runs as a CUDA graph only if nothing of them is done on the host.</summary>
    [Theory]
    [InlineData("bloom-a", "pipeline.AlibiAttention", "pipeline.BiasGelu", "LayerNormalization", "com.microsoft.SkipLayerNormalization")]
    [InlineData(
        "qwen2-tied", "com.microsoft.PagedAttention", "Add", "Mul", "com.microsoft.QuickGelu", "SimplifiedLayerNormalization",
        "com.microsoft.SkipSimplifiedLayerNormalization")]
    public void All_of_a_graph_has_kernels_for_gpus(string name, params string[] own)
    {
        using var file = File.OpenRead(Path.Combine(models.OpenForGpu(name).Folder, GraphBuilder.ModelFile));

        Assert.Equal(
            new SortedSet<string>([.. own, "Gather", "MatMul", "Gemm", "Identity", "pipeline.ChooseBest"], StringComparer.Ordinal),
            new SortedSet<string>(ModelProto.Parser.ParseFrom(file).Graph.Node.Select(node => $"{node.Domain}.{node.OpType}".TrimStart('.')), StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("bloom-a")]
    [InlineData("bloom-b")]
    public void Large_biases_of_queries_keys_and_values_count_as_in_the_other_graph(string name)
    {
        using var temporary = new TemporaryStore();
        var folder = WriteWithLargeBiases(name, temporary.Source(name));
        using var plain = models.Decoder(name);
        using var exact = temporary.Open(new() { Folder = folder, Precision = ModelPrecision.Fp32 }).CreateDecoder(threads: 1);
        using var rounded = DecoderFixture.OpenForGpu(temporary, name, folder).CreateDecoder(threads: 1);

        // They change the logits much more than 16 bits do, or the test would not see one that is lost.
        Assert.InRange(DecoderComparison.Of(name, plain, exact).Worst, 10, 1000);
        var (worst, same) = DecoderComparison.Of(name, exact, rounded);
        Assert.InRange(worst, 1e-7, 0.5);
        Assert.InRange(same, 0.97, 1);
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
    public void A_model_for_a_gpu_of_an_earlier_version_is_refused_with_what_to_do()
    {
        var other = models.Open("bloom-a");

        var thrown = Assert.Throws<ModelException>(() => new DecoderModel(
            Path.Combine(other.Folder, GraphBuilder.ModelFile), other.Manifest with { Target = ModelTarget.Cuda }, other.Manifest.Decoder!, 1, new() { AllowCpu = true }));

        Assert.Contains("Import it again", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_graph_that_wants_positions_is_one_of_an_earlier_version(bool isEarlier)
    {
        using var temporary = new TemporaryStore();
        var folder = Directory.CreateDirectory(temporary.Source("graph")).FullName;
        var graph = new GraphBuilder("graph");
        _ = new PagedInputs(graph).BlockTable;
        if (isEarlier)
        {
            graph.Input("positions", DataType.Int64, "tokens");
        }

        graph.Save(folder, null, TestContext.Current.CancellationToken);

        Assert.Equal(!isEarlier, PagedInputs.AreIn(Path.Combine(folder, GraphBuilder.ModelFile)));
    }

    [Fact]
    public async Task Whole_blocks_are_counted_against_the_limit_of_the_cache()
    {
        var model = models.OpenForGpu("bloom-a");
        using var decoder = model.CreateDecoder(threads: 1);
        var block = decoder.CacheTokensTogether * decoder.CacheBytesPerToken;
        using var enough = model.CreateGenerator(new() { MaxCacheBytes = block }, threads: 1);
        using var tooSmall = model.CreateGenerator(new() { MaxCacheBytes = block - 1 }, threads: 1);

        Assert.Null((await FirstAsync(enough)).Failure);
        Assert.Equal("prompt-too-long", (await FirstAsync(tooSmall)).Failure?.Code);

        static async Task<TextOutcome<GeneratedText>> FirstAsync(TextGenerator generator) => await generator.GenerateAsync(
            [[5, 6]], new() { MaxNewTokens = 2 }, RequestPriority.Bulk, TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken);
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

    private static string WriteWithLargeBiases(string name, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in (string[])["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"])
        {
            File.Copy(Path.Combine(ModelFixtures.Path(name), file), Path.Combine(folder, file));
        }

        using var checkpoint = Checkpoint.Open(ModelFixtures.Path(name));
        var weights = new SafetensorsWriter();
        foreach (var (key, tensor) in checkpoint.Tensors)
        {
            var values = new float[tensor.ElementCount];
            checkpoint.Read(tensor, 0, values);
            for (var i = 0; key.EndsWith("query_key_value.bias", StringComparison.Ordinal) && i < values.Length; i++)
            {
                values[i] = 2 * MathF.Sin(i * i);
            }

            weights.Add(key, [.. tensor.Shape], values);
        }

        weights.Save(Path.Combine(folder, "model.safetensors"));
        return folder;
    }
}
