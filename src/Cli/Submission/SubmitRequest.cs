using Pipeline.Ingest.Sources;

namespace Pipeline.Cli.Submission;

/// <summary>What the user asked for.</summary>
internal sealed record SubmitRequest(
    ISourceInput Input, SourceOptions Source, SourceFormat? Format, string? Batch, string? SourceName, string Tenant,
    IReadOnlyList<string> Recipes, string Embedder, string RejectsFile);
