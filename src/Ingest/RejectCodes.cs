namespace Pipeline.Ingest;

/// <summary>Why a record was not accepted. The codes are stable: scripts and views rely on them.</summary>
public static class RejectCodes
{
    /// <summary>The record or its text is larger than the limit.</summary>
    public const string TooLarge = "too-large";

    /// <summary>A byte is not valid UTF-8, or does not exist in the encoding of the input.</summary>
    public const string BadEncoding = "bad-encoding";

    /// <summary>A CSV record has more or fewer fields than the header.</summary>
    public const string WrongFieldCount = "wrong-field-count";

    /// <summary>A CSV field opens with a quote that is never closed.</summary>
    public const string UnclosedQuote = "unclosed-quote";

    /// <summary>A quoted CSV field has text after its closing quote.</summary>
    public const string StrayQuote = "stray-quote";

    /// <summary>A line is not one JSON object.</summary>
    public const string BadJson = "bad-json";

    /// <summary>A JSON field is of a type that it must not have.</summary>
    public const string WrongType = "wrong-type";

    /// <summary>A record has no text.</summary>
    public const string MissingText = "missing-text";

    /// <summary>A line of an OpenAI batch asks for something else than a chat completion.</summary>
    public const string WrongEndpoint = "wrong-endpoint";

    /// <summary>A line of an OpenAI batch has no id of its own.</summary>
    public const string MissingId = "missing-id";

    /// <summary>A field holds NUL or a lone surrogate, and the policy rejects them.</summary>
    public const string BadCharacter = "bad-character";

    /// <summary>The text is empty or white space.</summary>
    public const string Empty = "empty";

    /// <summary>The text has neither a letter nor a digit.</summary>
    public const string NoWords = "no-words";

    /// <summary>Candidates are to be scored, and the line has none.</summary>
    public const string NoCandidate = "no-candidate";

    /// <summary>The id is too long.</summary>
    public const string BadId = "bad-id";

    /// <summary>The category is too long.</summary>
    public const string BadCategory = "bad-category";
}
