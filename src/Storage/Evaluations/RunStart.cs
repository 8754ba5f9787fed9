namespace Pipeline.Storage.Evaluations;

/// <summary>What came of the wish for a run.</summary>
/// <param name="Run">The run: a new one, that of the same request, or the one that is going on.</param>
/// <param name="IsNew">True when this call has made it.</param>
/// <param name="Texts">Texts in it.</param>
public sealed record RunStart(long Run, bool IsNew, int Texts);
