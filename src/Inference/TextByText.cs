namespace Pipeline.Inference;

/// <summary>Runs a synchronous engine over a batch so that each text settles alone.</summary>
internal static class TextByText
{
#pragma warning disable CS1998 // The engines are CPU-bound: there is nothing to await, but the stream is the common interface.
    public static async IAsyncEnumerable<TextOutcome<T>> RunAsync<T>(
        IReadOnlyList<string> texts,
        Func<int, string, TextOutcome<T>> settle,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        for (var index = 0; index < texts.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Settle(index, texts[index], settle);
        }
    }
#pragma warning restore CS1998

    private static TextOutcome<T> Settle<T>(int index, string text, Func<int, string, TextOutcome<T>> settle)
        where T : class
    {
        try
        {
            return settle(index, text);
        }
        catch (Exception exception) when (IsFaultOfTheText(exception))
        {
            return new(index, null, Failure(exception, text));
        }
    }

    /// <summary>What to report of an exception that a text caused: nothing of the text itself.</summary>
    public static TextFailure Failure(Exception exception, string? text) =>
        new(TextFailure.EngineError, $"{exception.GetType().Name} on a text of {text?.Length ?? 0} characters.");

    // What breaks every text alike (no memory, a broken installation, a cancelled run) must reach the host.
    public static bool IsFaultOfTheText(Exception exception) =>
        exception is not (OperationCanceledException or OutOfMemoryException or TypeInitializationException or TypeLoadException
            or MissingMemberException or BadImageFormatException or IOException);
}
