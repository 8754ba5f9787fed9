namespace Pipeline.Inference.Processing;

/// <summary>How a text that tells several events is asked for.</summary>
internal enum EventMode
{
    /// <summary>Like any other.</summary>
    Off,

    /// <summary>In one prompt with the template's wording for events; event by event where it has none.</summary>
    Prompt,

    /// <summary>Event by event; the summaries are joined.</summary>
    Split,
}
