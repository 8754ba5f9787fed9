namespace Pipeline.Cli.Output;

/// <summary>Reports at once, on the caller's thread; <see cref="Progress{T}"/> would report late and out of order.</summary>
internal sealed class Reporter<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc />
    public void Report(T value) => report(value);
}
