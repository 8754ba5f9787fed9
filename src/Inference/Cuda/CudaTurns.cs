namespace Pipeline.Inference.Cuda;

/// <summary>
/// While a run is recorded nothing else in the process may ask the GPU for memory, or CUDA gives the recording up: a run that may be recorded is alone, all
/// others go side by side.
/// </summary>
internal static class CudaTurns
{
    private static readonly ReaderWriterLockSlim s_turns = new(LockRecursionPolicy.SupportsRecursion);

    /// <summary>Does something beside others, and not while one is alone.</summary>
    public static T Share<T>(Func<T> action)
    {
        s_turns.EnterReadLock();
        try
        {
            return action();
        }
        finally
        {
            s_turns.ExitReadLock();
        }
    }

    /// <inheritdoc cref="Share{T}"/>
    public static void Share(Action action) => Share<object?>(() =>
    {
        action();
        return null;
    });

    /// <summary>Does something alone.</summary>
    public static void Alone(Action action)
    {
        s_turns.EnterWriteLock();
        try
        {
            action();
        }
        finally
        {
            s_turns.ExitWriteLock();
        }
    }
}
