using Pipeline.Inference.Recipes;
using Pipeline.Ingest;
using Pipeline.Ingest.Sources;
using Pipeline.Storage;
using Pipeline.Storage.Intake;
using Pipeline.Storage.Rows;

namespace Pipeline.Cli.Submission;

/// <summary>Submits an input: opens its batch, loads what is new, counts what there is.</summary>
internal sealed class Submitter(Installation installation, TimeProvider time)
{
    private static readonly TimeSpan s_maxOutage = TimeSpan.FromMinutes(1);

    /// <summary>Submits; the same content with the same options gives the same batch and changes nothing.</summary>
    public async Task<SubmitResult> SubmitAsync(SubmitRequest request, IProgress<LoadProgress> progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var input = request.Input;
        var embedder = installation.Engines.Recipes.Find(request.Embedder, RecipeStage.Embed);
        var recipes = request.Recipes.Distinct().Select(name => installation.Engines.Recipes.Find(name, RecipeStage.Summarize)).ToList();
        if (request.Batch is not null && string.IsNullOrWhiteSpace(request.Batch))
        {
            throw new UsageException(Say("The --batch name is empty. Choose one, or leave the option out.", "--batch 的名称为空。请给出名称，或去掉该选项。"));
        }

        if (request.Batch is { } name && long.TryParse(name, out _))
        {
            throw new UsageException(Say(
                $"A batch name of digits only would be taken for a batch id: '{name}'. Choose another --batch name.",
                $"纯数字的批次名会被当作批次号：'{name}'。请换一个 --batch 名称。"));
        }

        // Opened before anything is written: a file that cannot be read leaves no empty batch behind.
        await using var source = await PeekedSource.OpenAsync(input.Content, input.Options, input.Format, cancellationToken);
        var registry = new RecipeRegistry(installation.DataSource);
        var embedderRow = await RecipeRows.EnsureAsync(registry, embedder, cancellationToken);
        var recipeRows = new List<RecipeRow>();
        foreach (var recipe in recipes)
        {
            recipeRows.Add(await RecipeRows.EnsureAsync(registry, recipe, cancellationToken));
        }

        var candidate = request.CandidateRecipe is { } candidateName ? await CandidateAsync(registry, candidateName, request.Tenant, cancellationToken) : null;
        recipeRows.AddRange(candidate is null ? [] : [candidate]);
        var sourceName = request.SourceName ?? input.Content.SourceName;
        var fingerprint = new SubmissionFingerprint(
            await input.Content.FingerprintAsync(cancellationToken), sourceName, request.Batch, input.Format, input.Options, embedderRow.Sha256,
            recipeRows.ConvertAll(row => row.Sha256));
        var submission = new BatchSubmission(
            request.Tenant, request.Batch, sourceName, fingerprint.Compute(), embedderRow.Id, recipeRows.ConvertAll(row => row.Id))
        {
            CandidateRecipeId = candidate?.Id,
        };
        await using var lookups = PipelineDataSource.CreateForService(installation.Settings.Postgres, "pipeline-submit");
        var intake = new BatchIntake(lookups);
        var batch = await intake.OpenAsync(submission, cancellationToken);
        if (batch.WasCancelled)
        {
            await Console.Error.WriteLineAsync(Say($"batch {batch.Id} '{batch.Name}' was cancelled and goes on", $"批次 {batch.Id} '{batch.Name}' 曾被取消，现在继续"));
        }

        var loaded = default(LoadProgress);
        var refused = new SortedDictionary<string, long>(StringComparer.Ordinal);
        if (!batch.IsLoaded)
        {
            var outages = new OutageRetry(time, s_maxOutage, (_, delay) =>
                Console.Error.WriteLine(Say($"PostgreSQL does not answer; trying again in {delay.TotalSeconds:0.0} s", $"PostgreSQL 没有响应；{delay.TotalSeconds:0.0} 秒后重试")));
            await using var rejects = new RejectsFile(input.RejectsFile);
            try
            {
                loaded = await new DocumentLoader(intake, outages).LoadAsync(
                    batch, submission, source, input.Options.MaxTextBytes, ListAsync, progress, cancellationToken);
            }
            catch (SourceException exception)
            {
                // The input was whole when its fingerprint was taken.
                throw new SourceException(
                    Say(
                        $"{exception.Message} The input has changed while it was loaded: batch {batch.Id} '{batch.Name}' is incomplete. ",
                        $"{exception.Message} 载入时输入发生了变化：批次 {batch.Id} '{batch.Name}' 不完整。")
                    + Say("Submitting the same input again completes it.", "重新提交同样的输入可补全。"), exception);
            }

            await rejects.CompleteAsync(cancellationToken);

            ValueTask ListAsync(RejectedLine line, CancellationToken token)
            {
                refused[line.Code] = refused.GetValueOrDefault(line.Code) + 1;
                return rejects.AddAsync(line, token);
            }
        }

        var (accepted, duplicates, rejected) = await intake.CountAsync(batch.Id, cancellationToken);
        return new SubmitResult(
            batch.Id, batch.Name, batch.IsLoaded, accepted, rejected, duplicates, loaded.ReplacedCharacters,
            rejected > 0 && !batch.IsLoaded ? input.RejectsFile : null, time.GetElapsedTime(started).TotalSeconds)
        {
            UnusedFields = source.UnusedFields,
            RefusedByCode = refused,
        };
    }

    /// <summary>The recipe of the summaries that the input brings. It must not be taken for one that an engine runs.</summary>
    private async Task<RecipeRow> CandidateAsync(RecipeRegistry registry, string name, string tenant, CancellationToken cancellationToken) =>
        installation.Engines.Recipes.List().Any(listing => listing.Name == name)
            ? throw new UsageException(Say(
                $"'{name}' is a recipe that makes summaries. Choose another --candidate-recipe name.",
                $"'{name}' 是会生成摘要的配方。请换一个 --candidate-recipe 名称。"))
            : await CandidateRecipes.EnsureAsync(registry, name, tenant, cancellationToken);
}
