using Pipeline.Inference;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Metrics;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Cli.Models.Comparison;

/// <summary>Imported models as contenders. A model is opened for its round and closed behind it, so that none takes memory from another.</summary>
internal sealed class OwnContenders(TimeProvider time, Contest contest)
{
    // Texts one after the other leave a GPU idle for most of the time; so few tell how fast that is.
    private const int DocumentsOneByOne = 8;

    /// <summary>The model with so many rows at a time.</summary>
    public Contender Create(OpenedModel model, int rows)
    {
        var name = $"{model.Manifest.Name} {ModelText.Lower(model.Manifest.Precision)}, {rows}";
        return new(name, false, cancellationToken => model.Manifest.Task == ModelTask.Embed
            ? Task.Run(() => Embed(model, rows, cancellationToken), cancellationToken)
            : GenerateAsync(model, rows, cancellationToken));
    }

    private async Task<ContestResult> GenerateAsync(OpenedModel model, int rows, CancellationToken cancellationToken)
    {
        // Random weights repeat themselves far more than texts copy their source: guessing would flatter one row.
        using var generator = model.CreateGenerator(
            new()
            {
                MaxBatchRows = rows, InteractiveRows = 0, MaxCacheBytes = long.MaxValue, MaxGuessedTokens = 0,
                PromptTokensPerStep = TextGeneratorOptions.PromptTokensFor(model.Manifest.Target),
                PromptsTogether = TextGeneratorOptions.PromptsTogetherFor(model.Manifest.Target),
            },
            contest.Threads);
        var texts = Texts(generator.Tokenizer, model.Manifest, rows);
        var newTokens = contest.NewTokens ?? throw new InvalidOperationException("A generator needs a number of new tokens.");
        GenerationOptions options = new() { MaxNewTokens = newTokens, MinNewTokens = newTokens };
        await RunAsync(texts[..1], options with { MaxNewTokens = 2, MinNewTokens = 2 });
        using var meter = new InferenceMeterReader();
        var start = time.GetTimestamp();
        var tokenizing = Tokenize(generator.Tokenizer, texts, model.Manifest);
        await RunAsync(texts, options);
        var tokenized = await tokenizing;
        return Result(meter, rows, texts.Count, time.GetElapsedTime(start).TotalSeconds, tokenized);

        async Task RunAsync(IReadOnlyList<(int[] Ids, string Text)> run, GenerationOptions how)
        {
            await foreach (var outcome in generator.GenerateAsync([.. run.Select(text => text.Ids)], how, RequestPriority.Bulk, cancellationToken))
            {
                if (outcome.Value?.Ids.Count != how.MaxNewTokens)
                {
                    throw new ModelException($"A text ended early: {outcome.Failure?.Reason ?? $"after {outcome.Value?.Ids.Count} tokens"}.");
                }
            }
        }
    }

    private ContestResult Embed(OpenedModel model, int rows, CancellationToken cancellationToken)
    {
        using var encoder = model.CreateEncoder(contest.Threads);
        var tokenizer = model.LoadTokenizer();
        var texts = Texts(tokenizer, model.Manifest, rows);
        encoder.Run([texts[0].Ids]);
        using var meter = new InferenceMeterReader();
        var start = time.GetTimestamp();
        var tokenizing = Tokenize(tokenizer, texts, model.Manifest);
        foreach (var (index, vector) in encoder.Embed([.. texts.Select(text => text.Ids)], rows * contest.Tokens, cancellationToken))
        {
            if (vector is null)
            {
                throw new ModelException($"Text {index} has no vector.");
            }
        }

        var tokenized = tokenizing.GetAwaiter().GetResult();
        return Result(meter, rows, texts.Count, time.GetElapsedTime(start).TotalSeconds, tokenized, encoder.Lanes);
    }

    private static ContestResult Result(InferenceMeterReader meter, int rows, int documents, double seconds, double tokenizing, int lanes = 1)
    {
        var tokens = meter.Sum(InferenceMeter.Tokens, "prompt");
        var padding = meter.Sum(InferenceMeter.Padding);
        return new(seconds / documents, new(
            tokenizing / seconds,
            meter.Seconds(InferenceStage.Read) / lanes / seconds,
            meter.Seconds(InferenceStage.Step) / seconds,
            meter.Seconds(InferenceStage.Choose) / seconds,
            meter.Sum(InferenceMeter.Rows) / Math.Max(1, meter.Sum(InferenceMeter.Runs)) / rows,
            padding / Math.Max(1, tokens + padding)));
    }

    /// <summary>Seconds that it takes: on the cores that a model on a CPU would need, beside one on a GPU.</summary>
    private Task<double> Tokenize(ISubwordTokenizer tokenizer, IReadOnlyList<(int[] Ids, string Text)> texts, ModelManifest manifest)
    {
        var all = Task.Run(() =>
        {
            var start = time.GetTimestamp();
            foreach (var (_, text) in texts)
            {
                tokenizer.Encode(text, SpecialTokens.Plain, addSpecialTokens: true);
            }

            return time.GetElapsedTime(start).TotalSeconds;
        });
        if (manifest.Target == ModelTarget.Cpu)
        {
            all.Wait();
        }

        return all;
    }

    /// <summary>Random ids, and a text that has about as many.</summary>
    private List<(int[] Ids, string Text)> Texts(ISubwordTokenizer tokenizer, ModelManifest manifest, int rows)
    {
        var random = new Random(1);
        var documents = manifest.Target == ModelTarget.Cuda && rows < contest.Rows ? Math.Min(DocumentsOneByOne, contest.Documents) : contest.Documents;
        return
        [
            .. Enumerable.Range(0, documents).Select(_ =>
            {
                int[] ids = [.. Enumerable.Range(0, contest.Tokens).Select(_ => random.Next(manifest.Vocabulary))];
                return (ids, tokenizer.Decode(ids, skipSpecialTokens: true));
            }),
        ];
    }
}
