using System.Collections.Concurrent;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tests.Models;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>The small decoders of the repository, imported once for a test class.</summary>
public sealed class DecoderFixture : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private readonly ConcurrentDictionary<(string, ModelPrecision), Lazy<OpenedModel>> _models = new();

    /// <summary>A model of tests/Testing/models.</summary>
    public OpenedModel Open(string name, ModelPrecision precision = ModelPrecision.Fp32) => _models.GetOrAdd((name, precision), new Lazy<OpenedModel>(
        () => _temporary.Open(new() { Folder = ModelFixtures.Path(name), Name = $"{name}-{precision}".ToLowerInvariant(), Precision = precision }))).Value;

    /// <summary>The same for a GPU, to be run on the CPU where there is none.</summary>
    internal OpenedModel OpenForGpu(string name, ModelPrecision? cache = null) => OpenForGpu(_temporary, name, ModelFixtures.Path(name), cache);

    internal static OpenedModel OpenForGpu(TemporaryStore temporary, string name, string folder, ModelPrecision? cache = null)
    {
        var store = new ModelStore(temporary.Store.Root) { Cuda = new() { AllowCpu = true } };
        var request = new ImportRequest
        {
            Folder = folder, Name = $"{name}-gpu-{cache}".TrimEnd('-').ToLowerInvariant(), Precision = ModelPrecision.Fp16, Target = ModelTarget.Cuda, Cache = cache,
        };
        return store.Open(temporary.Import(request).Name, TestContext.Current.CancellationToken);
    }

    internal IDecoder Decoder(string name) => Open(name).CreateDecoder(threads: 1);

    internal TextGenerator Generator(string name, TextGeneratorOptions? limits = null) => Open(name).CreateGenerator(limits ?? new(), threads: 1);

    public void Dispose() => _temporary.Dispose();

    /// <summary>The outcomes in the order of the prompts; none may have failed.</summary>
    internal static async Task<GeneratedText[]> RunAsync(
        TextGenerator generator, IReadOnlyList<int[]> prompts, GenerationOptions options, RequestPriority priority = RequestPriority.Bulk)
    {
        var texts = new GeneratedText?[prompts.Count];
        await foreach (var outcome in generator.GenerateAsync(prompts, options, priority, TestContext.Current.CancellationToken))
        {
            Assert.Null(outcome.Failure);
            Assert.Null(texts[outcome.Index]);
            texts[outcome.Index] = outcome.Value;
        }

        return [.. texts.Select(text => text!)];
    }
}
