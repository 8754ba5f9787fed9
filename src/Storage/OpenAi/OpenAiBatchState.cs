namespace Pipeline.Storage.OpenAi;

/// <summary>States of a batch, as OpenAI names them. One never expires here.</summary>
public static class OpenAiBatchState
{
    /// <summary>The input file is about to be read, or is being read.</summary>
    public const string Validating = "validating";

    /// <summary>The input file could not be read.</summary>
    public const string Failed = "failed";

    /// <summary>Its lines are worked on.</summary>
    public const string InProgress = "in_progress";

    /// <summary>Nothing is left to do; the output files are being written.</summary>
    public const string Finalizing = "finalizing";

    /// <summary>The output files are there.</summary>
    public const string Completed = "completed";

    /// <summary>It was asked to stop; what is done by then is being written.</summary>
    public const string Cancelling = "cancelling";

    /// <summary>It has stopped.</summary>
    public const string Cancelled = "cancelled";
}
