namespace Pipeline.Storage.Ledger;

/// <summary>Why a text has no result.</summary>
/// <param name="Code">Kebab-case code.</param>
/// <param name="Reason">A sentence that never contains the text.</param>
/// <param name="IsFinal">True: the text itself is unfit and another attempt would end the same; it is rejected at once.</param>
public sealed record WorkFailure(string Code, string Reason, bool IsFinal);
