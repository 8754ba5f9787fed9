namespace Pipeline.Storage.Search;

/// <summary>How a search goes about it.</summary>
/// <param name="Candidates">Texts wanted.</param>
/// <param name="EfSearch">Places that pgvector keeps while it follows the index: more find more and take longer.</param>
/// <param name="ExactLimit">Up to this many documents in the scope, all are compared.</param>
/// <param name="WithVectors">Whether the vectors are wanted too.</param>
/// <param name="BodyCharacters">How much of the texts is wanted too, from their beginning; 0 for nothing.</param>
public sealed record SearchTuning(int Candidates, int EfSearch, int ExactLimit, bool WithVectors, int BodyCharacters = 0);
