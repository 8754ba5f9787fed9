using System.Text.Json;
using Pipeline.Inference.Architectures;
using Pipeline.Inference.Checkpoints;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Onnx;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Architectures;

public sealed class DecoderParityTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("bloom-a")]
    [InlineData("bloom-b")]
    [InlineData("qwen2-tied")]
    [InlineData("qwen2-untied")]
    public void Logits(string name)
    {
        var path = ModelFixtures.Path(name);
        using var checkpoint = Checkpoint.Open(path);
        var graph = new GraphBuilder(name);
        DecoderModel model;
        if (name.StartsWith("bloom", StringComparison.Ordinal))
        {
            var config = name == "bloom-a" ? new BloomConfig(6272, 64, 2, 4, 256, 1e-5f) : new BloomConfig(6272, 96, 3, 6, 384, 1e-5f);
            BloomGraph.Build(graph, config, new ModelWeights(checkpoint, "transformer."));
            graph.Save(_folder.FullName, null, TestContext.Current.CancellationToken);
            model = new(OnnxSession.Open(Path.Combine(_folder.FullName, "model.onnx"), 1), new(config.Layers, config.Heads, config.HeadSize), config.Vocabulary, 2048);
        }
        else
        {
            var config = new Qwen2Config(4352, 64, 2, 4, 2, 16, 160, 1e-6f, name == "qwen2-tied" ? 1e4 : 1e6, 2048, name == "qwen2-tied");
            Qwen2Graph.Build(graph, config, new ModelWeights(checkpoint, "model."));
            graph.Save(_folder.FullName, null, TestContext.Current.CancellationToken);
            model = new(OnnxSession.Open(Path.Combine(_folder.FullName, "model.onnx"), 1), new(config.Layers, config.KvHeads, config.HeadSize), config.Vocabulary, 2048);
        }

        using (model)
        {
            using var goldens = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(path, "goldens.json")));
            var cases = goldens.RootElement.GetProperty("cases").EnumerateArray().ToList();
            var prompts = cases.Select(c => c.GetProperty("input_ids").EnumerateArray().Select(x => x.GetInt32()).ToArray()).ToArray();
            using var all = model.Start(prompts, 24);
            var worst = 0d;
            var diff = 0d;
            for (var i = 0; i < prompts.Length; i++)
            {
                using var alone = model.Start([prompts[i]], 24);
                var want = cases[i].GetProperty("logits_first32").EnumerateArray().Select(x => x.GetDouble()).ToArray();
                for (var k = 0; k < 32; k++)
                {
                    worst = Math.Max(worst, Math.Abs(want[k] - alone.Logits(0)[k]));
                    worst = Math.Max(worst, Math.Abs(want[k] - all.Logits(i)[k]));
                }

                for (var k = 0; k < model.VocabularySize; k++)
                {
                    diff = Math.Max(diff, Math.Abs(alone.Logits(0)[k] - all.Logits(i)[k]));
                }
            }

            TestContext.Current.TestOutputHelper!.WriteLine($"{name} worst {worst} batch difference {diff}");
        }
    }
}
