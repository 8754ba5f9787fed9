namespace Pipeline.Storage.Ledger;

/// <summary>A result that waits to be written.</summary>
public readonly record struct TextResult<T>(long TextId, T Value);
