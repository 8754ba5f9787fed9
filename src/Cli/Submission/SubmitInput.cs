using Pipeline.Ingest.Sources;

namespace Pipeline.Cli.Submission;

/// <summary>What is submitted and how it is read.</summary>
/// <param name="Content">The input.</param>
/// <param name="Options">Which fields of a record are used.</param>
/// <param name="Format">The format, or null where the input tells it.</param>
/// <param name="RejectsFile">Where refused lines are listed.</param>
internal sealed record SubmitInput(ISourceInput Content, SourceOptions Options, SourceFormat? Format, string RejectsFile) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
