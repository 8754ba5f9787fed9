namespace Pipeline.Cli.Embedders;

/// <summary>A text that is to be embedded, with its id when it may have a stored vector.</summary>
internal sealed record ComparedText(string Text, long? Id = null);
