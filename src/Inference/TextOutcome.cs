namespace Pipeline.Inference;

/// <summary>One text's result out of a batch: settled alone, so a poison text never takes its neighbours along.</summary>
/// <typeparam name="T">What the engine makes of a text.</typeparam>
/// <param name="Index">Position of the text in the list that was passed in.</param>
/// <param name="Value">The result; null exactly when <paramref name="Failure"/> is set.</param>
/// <param name="Failure">Why there is no result; null exactly when <paramref name="Value"/> is set.</param>
public readonly record struct TextOutcome<T>(int Index, T? Value, TextFailure? Failure)
    where T : class;
