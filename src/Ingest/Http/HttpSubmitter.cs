using Microsoft.Extensions.Options;
using Pipeline.Ingest.Sources;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage;
using Pipeline.Storage.Intake;
using Pipeline.Storage.Rows;

namespace Pipeline.Ingest.Http;

/// <summary>Loads a body as a batch, as <c>submit</c> loads a file.</summary>
internal sealed class HttpSubmitter(BatchIntake intake, RecipeChoice choice, TimeProvider time, IOptions<ApiOptions> options, ILogger<HttpSubmitter> logger)
{
    private const int RefusedShown = 100;
    private const int NameDigits = 12;
    private static readonly TimeSpan s_maxOutage = TimeSpan.FromMinutes(1);

    /// <summary>What a request asks for, checked, with the hash of all of it.</summary>
    public async Task<(BatchSubmission Submission, SourceOptions Options)> PlanAsync(
        string tenant, SubmitQuery query, RequestInput input, CancellationToken cancellationToken)
    {
        if (long.TryParse(query.Name, out _))
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "bad-name", "A batch name of digits only would be taken for a batch id.", "Choose another name.");
        }

        if (query is { CandidateRecipe: not null, CandidateColumn: null })
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "bad-candidate-recipe", "candidate_recipe names summaries that come with the documents, and none do.",
                "Name their field with candidate_column, or leave candidate_recipe out.");
        }

        var source = new SourceOptions
        {
            TextColumn = query.TextColumn,
            IdColumn = query.IdColumn,
            ReferenceColumn = query.ReferenceColumn,
            CategoryColumn = query.CategoryColumn,
            CandidateColumn = query.CandidateColumn,
            Encoding = query.Encoding?.ToLowerInvariant(),
            Delimiter = query.Delimiter switch
            {
                null => null,
                [var delimiter] => delimiter,
                _ => throw new ApiException(StatusCodes.Status400BadRequest, "bad-delimiter", "A delimiter is one character.", "Send one, such as ';' or '%09' for a tab."),
            },
            MaxTextBytes = options.Value.MaxTextBytes,
        };
        var embedder = await choice.EmbedderAsync(query.Embedder, cancellationToken);
        var recipes = new List<RecipeRow>();
        foreach (var name in query.Recipes.Length > 0 ? query.Recipes.Distinct() : query.CandidateColumn is null ? [options.Value.Recipe] : [])
        {
            recipes.Add(await choice.SummarizerAsync(name, cancellationToken));
        }

        var candidate = query.CandidateColumn is null ? null : await choice.CandidateAsync(query.CandidateRecipe, tenant, cancellationToken);
        recipes.AddRange(candidate is null ? [] : [candidate]);

        var fingerprint = new SubmissionFingerprint(
            await input.Content.FingerprintAsync(cancellationToken), input.Content.SourceName, query.Name, input.Format, source, embedder.Sha256,
            recipes.ConvertAll(row => row.Sha256)).Compute();

        // A name of its own: numbering the batches of a source would count through all of them for every request.
        var batch = query.Name ?? $"{input.Content.SourceName}-{Convert.ToHexStringLower(fingerprint)[..NameDigits]}";
        var submission = new BatchSubmission(tenant, batch, input.Content.SourceName, fingerprint, embedder.Id, recipes.ConvertAll(row => row.Id))
        {
            CandidateRecipeId = candidate?.Id,
        };
        return (submission, source);
    }

    /// <summary>Loads it. The same submission again changes nothing, and completes one that broke off.</summary>
    public async Task<SubmitAnswer> SubmitAsync(
        BatchSubmission submission, RequestInput input, SourceOptions options, CancellationToken cancellationToken)
    {
        await using var source = await PeekedSource.OpenAsync(input.Content, options, input.Format, cancellationToken);
        var batch = await intake.OpenAsync(submission, cancellationToken);
        var (loaded, refused) = batch.IsLoaded
            ? (default, [])
            : await LoadAsync(batch, submission, source, options.MaxTextBytes, cancellationToken);
        var (accepted, duplicates, rejected) = await intake.CountAsync(batch.Id, cancellationToken);
        return new SubmitAnswer(
            batch.Id, batch.Name, batch.IsLoaded, accepted, rejected, duplicates, loaded.ReplacedCharacters, source.UnusedFields, refused);
    }

    /// <summary>Loads a source into an open batch.</summary>
    public async Task<(LoadProgress Loaded, IReadOnlyList<RejectedLine> Refused)> LoadAsync(
        OpenedBatch batch, BatchSubmission submission, IDocumentSource source, int maxTextBytes, CancellationToken cancellationToken)
    {
        var refused = new List<RejectedLine>();
        var outages = new OutageRetry(time, s_maxOutage, (fault, delay) => logger.SubmissionWaits(batch.Id, fault.GetType().Name, delay.TotalSeconds));
        var loaded = await new DocumentLoader(intake, outages).LoadAsync(
            batch, submission, source, maxTextBytes,
            (line, _) =>
            {
                if (refused.Count < RefusedShown)
                {
                    refused.Add(line);
                }

                return ValueTask.CompletedTask;
            },
            new Unreported<LoadProgress>(), cancellationToken);
        return (loaded, refused);
    }
}
