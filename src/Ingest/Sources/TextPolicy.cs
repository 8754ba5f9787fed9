namespace Pipeline.Ingest.Sources;

/// <summary>What happens to characters that PostgreSQL cannot store: NUL and lone surrogates.</summary>
public enum TextPolicy
{
    /// <summary>Each becomes U+FFFD and is counted.</summary>
    Replace,

    /// <summary>The record is rejected with <see cref="RejectCodes.BadCharacter"/>.</summary>
    Reject,
}
