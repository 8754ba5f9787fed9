namespace Pipeline.Storage.Ledger;

/// <summary>A text to be worked on.</summary>
/// <param name="Id">Id in <c>texts</c>.</param>
/// <param name="Body">The normalised text.</param>
/// <param name="Attempts">Attempts begun so far, this one included once it has begun.</param>
public sealed record WorkText(long Id, string Body, int Attempts);
