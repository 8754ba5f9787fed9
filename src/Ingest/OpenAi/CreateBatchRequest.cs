namespace Pipeline.Ingest.OpenAi;

/// <summary>What <c>POST /v1/batches</c> takes.</summary>
/// <param name="InputFileId">An uploaded file of requests.</param>
/// <param name="Endpoint">Only <c>/v1/chat/completions</c>.</param>
/// <param name="CompletionWindow">Kept and shown; a batch never expires.</param>
/// <param name="Metadata">Kept and shown; <c>recipe</c> and <c>embedder</c> choose what summarises and embeds.</param>
internal sealed record CreateBatchRequest(
    string? InputFileId, string? Endpoint, string? CompletionWindow, IReadOnlyDictionary<string, string>? Metadata);
