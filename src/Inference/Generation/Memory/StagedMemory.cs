namespace Pipeline.Inference.Generation.Memory;

/// <summary>Memory where a model runs, and as much in the machine's, from and to which it is copied at once.</summary>
internal sealed class StagedMemory : IDisposable
{
    private readonly DecoderMemory _place;

    public StagedMemory(DecoderMemory place, long bytes)
    {
        (_place, Bytes) = (place, bytes);
        Device = place.Allocate(bytes);
        try
        {
            Staged = place.AllocateStage(bytes);
        }
        catch
        {
            place.Free(Device);
            throw;
        }
    }

    public long Bytes { get; }

    /// <summary>Where the model runs.</summary>
    public IntPtr Device { get; }

    /// <summary>In the machine's memory.</summary>
    public IntPtr Staged { get; }

    /// <summary>Copies what is staged, in the order of the model's runs; does not wait.</summary>
    public void CopyIn() => _place.Enqueue(Staged, Device, Bytes);

    /// <summary>Copies to the stage, behind the runs so far; does not wait.</summary>
    public void CopyOut() => _place.Enqueue(Device, Staged, Bytes);

    public void Dispose()
    {
        _place.Free(Device);
        _place.FreeStage(Staged);
    }
}
