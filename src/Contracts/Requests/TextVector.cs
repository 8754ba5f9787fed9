namespace Pipeline.Contracts.Requests;

/// <summary>What became of one text.</summary>
/// <param name="Values">Its vector of length 1; null when it has none.</param>
/// <param name="Code">Why it has none, as a code.</param>
/// <param name="Reason">Why it has none, as a sentence without the text.</param>
public sealed record TextVector(IReadOnlyList<float>? Values, string? Code = null, string? Reason = null);
