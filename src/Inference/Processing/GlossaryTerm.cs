namespace Pipeline.Inference.Processing;

/// <summary>A term that must keep its form.</summary>
/// <param name="Term">As it has to be written.</param>
/// <param name="Not">Forms that a model puts in its place: translations, abbreviations.</param>
internal sealed record GlossaryTerm(string Term, IReadOnlyList<string> Not);
