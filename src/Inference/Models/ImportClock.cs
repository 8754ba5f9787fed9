namespace Pipeline.Inference.Models;

/// <summary>Counts the bytes of an import's steps and tells whoever listens.</summary>
internal sealed class ImportClock(Action<ImportProgress>? listener)
{
    private ImportProgress _state;

    public void Begin(string step, long totalBytes)
    {
        _state = new(step, 0, totalBytes);
        listener?.Invoke(_state);
    }

    public void Add(long bytes)
    {
        _state = _state with { Bytes = _state.Bytes + bytes };
        listener?.Invoke(_state);
    }
}
