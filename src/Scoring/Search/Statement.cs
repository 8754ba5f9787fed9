namespace Pipeline.Scoring.Search;

/// <summary>A clause of an answer.</summary>
/// <param name="Text">The clause, its mark included.</param>
/// <param name="Sources">Places in the list of sources, from 1, that say the same in the same words, best first; empty when none does.</param>
public sealed record Statement(string Text, IReadOnlyList<int> Sources);
