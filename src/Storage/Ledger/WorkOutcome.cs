namespace Pipeline.Storage.Ledger;

/// <summary>What an engine made of one text: exactly one of <paramref name="Result"/> and <paramref name="Failure"/>.</summary>
/// <param name="Index">Position in the list that was handed to the engine.</param>
/// <param name="Result">The result.</param>
/// <param name="Failure">The reason why there is none.</param>
public readonly record struct WorkOutcome<T>(int Index, T? Result, WorkFailure? Failure)
    where T : class;
