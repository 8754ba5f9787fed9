using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Tests.Models;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>Exports of the small decoders in Optimum's form, imported and compared with the reference.</summary>
public sealed class ExportedDecoderTests : IDisposable
{
    private const double Tolerance = 1e-4;
    private readonly TemporaryStore _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("bloom-b", "old")]
    [InlineData("bloom-b", "new")]
    [InlineData("qwen2-untied", "new")]
    public async Task An_export_follows_the_reference(string name, string layout)
    {
        var opened = Open(name, layout);
        Assert.Equal(("onnx", ModelTask.Generate), (opened.Manifest.Architecture, opened.Manifest.Task));
        var goldens = DecoderGoldens.Read(name);
        var prompts = goldens.Cases.Select(c => c.InputIds).ToArray();
        using var generator = opened.CreateGenerator(new() { MaxBatchRows = 64 }, threads: 1);
        using (var batch = generator.Decoder.Start(prompts, 0))
        {
            for (var i = 0; i < prompts.Length; i++)
            {
                Assert.Equal(goldens.Cases[i].LogitsFirst32, First32(batch.Logits(i)), (a, b) => Math.Abs(a - b) < Tolerance);
                Assert.Equal(goldens.Cases[i].Logsumexp, LogSumExp.Of(batch.Logits(i)), Tolerance);
            }

            using var alone = generator.Decoder.Start([prompts[3]], 0);
            Assert.Equal(goldens.Cases[3].LogitsFirst32, First32(alone.Logits(0)), (a, b) => Math.Abs(a - b) < Tolerance);
        }

        var texts = await DecoderFixture.RunAsync(generator, prompts, new() { MaxNewTokens = goldens.MaxNewTokens });
        Assert.Equal(goldens.Cases.Select(c => c.GreedyText), texts.Select(text => text.Text));
        Assert.All(goldens.Cases.Zip(texts), pair => Assert.Equal(pair.First.GreedyIds, pair.Second.Ids));

        // Beams reorder and repeat rows.
        var cases = goldens.Cases.Where(c => c.BeamIds is not null).ToList();
        texts = await DecoderFixture.RunAsync(generator, [.. cases.Select(c => c.InputIds)], new() { MaxNewTokens = goldens.MaxNewTokens, Beams = 4 });
        Assert.All(cases.Zip(texts), pair => Assert.Equal(pair.First.BeamIds, pair.Second.Ids));
    }

    [Fact]
    public void A_prompt_whose_logits_are_too_many_runs_in_pieces()
    {
        var cases = DecoderGoldens.Read("bloom-b").Cases;
        var opened = Open("bloom-b", "old");
        var graph = Path.Combine(_temporary.Store.FolderOf(opened.Manifest.Name), GraphBuilder.ModelFile);
        using var decoder = new ExportedDecoder(graph, opened.Manifest, opened.Manifest.Decoder!, threads: 1)
        {
            // Seven tokens of each row.
            LogitsOfRun = 7L * cases.Count * opened.Manifest.Vocabulary,
        };
        using var batch = decoder.Start([.. cases.Select(c => c.InputIds)], 0);
        for (var i = 0; i < cases.Count; i++)
        {
            Assert.Equal(cases[i].LogitsFirst32, First32(batch.Logits(i)), (a, b) => Math.Abs(a - b) < Tolerance);
        }
    }

    [Theory]
    [InlineData("past_key_values.1.value", "past_key_values.1.value")]
    [InlineData("present.0.key", "present.0.key")]
    [InlineData("attention_mask", "attention_mask")]
    public void An_export_that_lacks_something_is_refused_by_name(string lost, string named)
    {
        var folder = Write("bloom-a", "new");
        var path = Path.Combine(folder, GraphBuilder.ModelFile);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        foreach (var value in model.Graph.Input.Concat(model.Graph.Output).Where(value => value.Name == lost))
        {
            value.Name = "something_else";
        }

        File.WriteAllBytes(path, Google.Protobuf.MessageExtensions.ToByteArray(model));
        var exception = Assert.Throws<ModelException>(() => _temporary.Import(new() { Folder = folder, Onnx = true }));
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.Contains("text-generation-with-past", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_temporary.Store.List());
    }

    [Fact]
    public void A_configuration_of_another_model_is_refused()
    {
        var folder = Write("bloom-a", "new");
        var config = Path.Combine(folder, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("6272", "6280", StringComparison.Ordinal));
        var exception = Assert.Throws<ModelException>(() => _temporary.Import(new() { Folder = folder, Onnx = true }));
        Assert.Contains("6272", exception.Message, StringComparison.Ordinal);
        Assert.Contains("6280", exception.Message, StringComparison.Ordinal);
    }

    private OpenedModel Open(string name, string layout) => _temporary.Open(new() { Folder = Write(name, layout), Onnx = true });

    private string Write(string name, string layout)
    {
        var folder = _temporary.Source($"{name}-{layout}");
        PlainDecoderExport export = name switch
        {
            "bloom-a" => new PlainBloomExport(name, 4, layout == "old"),
            "bloom-b" => new PlainBloomExport(name, 6, layout == "old"),
            _ => new PlainQwen2Export(name),
        };
        export.Write(folder);
        return folder;
    }

    private static double[] First32(ReadOnlySpan<float> logits) => [.. logits[..32].ToArray().Select(logit => (double)logit)];
}
