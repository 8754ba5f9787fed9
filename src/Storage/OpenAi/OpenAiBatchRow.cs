namespace Pipeline.Storage.OpenAi;

/// <summary>A batch of the OpenAI-compatible API.</summary>
public sealed record OpenAiBatchRow
{
    /// <summary>Its id, <c>batch_</c> and 24 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its place in lists.</summary>
    public required long Number { get; init; }

    public required string Tenant { get; init; }

    public required string InputFileId { get; init; }

    public required string Endpoint { get; init; }

    public required string CompletionWindow { get; init; }

    /// <summary>A JSON object of strings, or null.</summary>
    public string? Metadata { get; init; }

    public required int EmbedderId { get; init; }

    public required int RecipeId { get; init; }

    /// <summary>One of <see cref="OpenAiBatchState"/>.</summary>
    public required string State { get; init; }

    /// <summary>Our batch, once the input file is read.</summary>
    public long? BatchId { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    public string? OutputFileId { get; init; }

    public string? ErrorFileId { get; init; }

    /// <summary>Lines of the input, refused ones included.</summary>
    public long Total { get; init; }

    /// <summary>Lines with a summary.</summary>
    public long Completed { get; init; }

    /// <summary>Lines refused or given up.</summary>
    public long Failed { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? InProgressAt { get; init; }

    public DateTimeOffset? FinalizingAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public DateTimeOffset? FailedAt { get; init; }

    public DateTimeOffset? CancellingAt { get; init; }

    public DateTimeOffset? CancelledAt { get; init; }
}
