using Pipeline.Inference.Architectures;
using Pipeline.Inference.Attention;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>
/// Graphs for GPUs that keep keys and values in 8 bits, run on the CPU, beside those that keep 16. The models have random weights and hence close races, so
/// trained ones lose less.
/// </summary>
public sealed class Int8CacheTests(DecoderFixture models) : IClassFixture<DecoderFixture>
{
    // A row runs through other products alone than beside others, in 16 bits.
    private const float LossInCompany = 0.02f;

    [Theory]
    [InlineData("bloom-a")]
    [InlineData("bloom-b")]
    public void Prompts_say_the_same_and_steps_nearly(string name)
    {
        using var plain = models.OpenForGpu(name).CreateDecoder(threads: 1);
        using var coded = models.OpenForGpu(name, ModelPrecision.Int8).CreateDecoder(threads: 1);

        Assert.Equal((0f, 1d), DecoderComparison.Of(name, plain, coded, steps: 1));
        var (worst, same) = DecoderComparison.Of(name, plain, coded, steps: 24);
        // Of rows of 6,272 logits; 16 bits throughout cost 0.3.
        Assert.InRange(worst, 0.5, 2.5);
        Assert.InRange(same, 0.98, 1);
    }

    [Theory]
    [InlineData("bloom-a", 2 * 2 * 4 * 20)]
    [InlineData("bloom-b", 3 * 2 * 6 * 20)]
    public void A_token_takes_a_byte_for_each_number_and_four_for_each_scale(string name, long bytes)
    {
        var model = models.OpenForGpu(name, ModelPrecision.Int8);
        using var decoder = model.CreateDecoder(threads: 1);
        using var plain = models.OpenForGpu(name).CreateDecoder(threads: 1);

        Assert.Equal(ModelPrecision.Int8, model.Manifest.Decoder!.Cache);
        Assert.Equal((bytes, KeyValueBlocks.Tokens), (decoder.CacheBytesPerToken, decoder.CacheTokensTogether));
        Assert.Equal(0.625, (double)decoder.CacheBytesPerToken / plain.CacheBytesPerToken);
        using var file = File.OpenRead(Path.Combine(model.Folder, GraphBuilder.ModelFile));
        var keys = ModelProto.Parser.ParseFrom(file).Graph.Input.Single(input => input.Name == DecoderGraph.PastKey(1)).Type.TensorType;
        Assert.Equal((int)DataType.Int8, keys.ElemType);
        Assert.Equal([KeyValueBlocks.Tokens, model.Manifest.Decoder.Heads, 20], keys.Shape.Dim.Skip(1).Select(dimension => dimension.DimValue));
    }

    [Theory]
    [InlineData("bloom-a")]
    [InlineData("bloom-b")]
    public void Rows_are_the_same_wherever_they_have_been(string name)
    {
        using var decoder = models.OpenForGpu(name, ModelPrecision.Int8).CreateDecoder(threads: 1);
        var random = new Random(9);
        // Blocks of 64 tokens: some are full, some become full.
        var rows = new List<(int[] Prompt, int[] Appended)> { (Ids(3), []), (Ids(62), []), (Ids(1), []), (Ids(130), []) };
        using var batch = decoder.Start([.. rows.Select(row => row.Prompt)], 12);
        foreach (var sources in (int[][])[[3, 2, 1, 0], [0, 0, 1, 1, 3, 2, 2, 2], [7, 0, 6], [1, 1], [0, 0, 0], [1, 1, 1, 2, 2], [4, 2], [1, 0, 1]])
        {
            batch.Reorder(sources);
            int[] next = [.. sources.Select(_ => random.Next(decoder.VocabularySize))];
            batch.Append(next);
            rows = [.. sources.Zip(next, (source, id) => (rows[source].Prompt, (int[])[.. rows[source].Appended, id]))];
            for (var row = 0; row < rows.Count; row++)
            {
                using var alone = decoder.Start([rows[row].Prompt], 0);
                Array.ForEach(rows[row].Appended, id => alone.Append([id]));
                Assert.Equal(alone.Logits(0).ToArray(), batch.Logits(row).ToArray(), (a, b) => Math.Abs(a - b) < LossInCompany);
            }
        }

        int[] Ids(int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(decoder.VocabularySize))];
    }

    [Theory]
    [InlineData("bloom-a")]
    [InlineData("bloom-b")]
    public async Task Most_texts_are_those_of_the_reference(string name)
    {
        var goldens = DecoderGoldens.Read(name);
        using var generator = models.OpenForGpu(name, ModelPrecision.Int8).CreateGenerator(new() { MaxBatchRows = 9 }, threads: 1);

        var texts = await DecoderFixture.RunAsync(generator, [.. goldens.Cases.Select(c => c.InputIds)], new() { MaxNewTokens = goldens.MaxNewTokens });

        var common = texts.Zip(goldens.Cases, (text, c) => Common(text.Ids, c.GreedyIds)).ToList();
        Assert.InRange(common.Average(), 0.9, 1);

        static double Common(IReadOnlyList<int> ids, int[] expected) => (double)ids.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count() / expected.Length;
    }

    [Theory]
    [InlineData("bloom-a")]
    [InlineData("bloom-b")]
    public async Task A_beam_is_as_probable_as_its_tokens_are_alone(string name)
    {
        var goldens = DecoderGoldens.Read(name);
        var cases = goldens.Cases.Where(c => c.BeamIds is not null).ToList();
        var model = models.OpenForGpu(name, ModelPrecision.Int8);
        using var generator = model.CreateGenerator(new() { MaxBatchRows = 9 }, threads: 1);
        using var decoder = model.CreateDecoder(threads: 1);

        var texts = await DecoderFixture.RunAsync(
            generator, [.. cases.Select(c => c.InputIds)], new() { MaxNewTokens = goldens.MaxNewTokens, Beams = 4 });

        foreach (var (text, c) in texts.Zip(cases))
        {
            using var alone = decoder.Start([c.InputIds], 0);
            var sum = 0d;
            foreach (var id in text.Ids)
            {
                sum += alone.Logits(0)[id] - LogSumExp.Of(alone.Logits(0));
                alone.Append([id]);
            }

            Assert.Equal(sum / text.Ids.Count, text.Score!.Value, 2e-3);
            // Beams race closely: another one than the reference's may win.
            Assert.Equal(c.BeamScore!.Value, text.Score!.Value, 0.1);
        }
    }
}
