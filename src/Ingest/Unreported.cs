namespace Pipeline.Ingest;

/// <summary>Progress that nobody looks at.</summary>
internal sealed class Unreported<T> : IProgress<T>
{
    /// <inheritdoc />
    public void Report(T value)
    {
    }
}
