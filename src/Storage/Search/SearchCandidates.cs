namespace Pipeline.Storage.Search;

/// <summary>The texts nearest to a query.</summary>
/// <param name="Texts">Nearest first.</param>
/// <param name="IsExact">Every vector in the scope was compared; otherwise the index was followed, which may miss one.</param>
public sealed record SearchCandidates(IReadOnlyList<SearchCandidate> Texts, bool IsExact);
