namespace Pipeline.Cli.Status;

/// <summary>How a watched status is shown.</summary>
internal enum StatusFormat
{
    /// <summary>Tables that are redrawn in place.</summary>
    Live,

    /// <summary>Lines with the time.</summary>
    Plain,

    /// <summary>One JSON object a look.</summary>
    Json,
}
