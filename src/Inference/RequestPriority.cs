namespace Pipeline.Inference;

/// <summary>Who is served first when not everything can run.</summary>
public enum RequestPriority
{
    /// <summary>Work that nobody watches.</summary>
    Bulk,

    /// <summary>Somebody waits for it: goes before all bulk work, and some rows are kept free for it.</summary>
    Interactive,
}
