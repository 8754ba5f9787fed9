using Pipeline.Cli.Output;

namespace Pipeline.Cli.Results;

/// <summary>A format of lines, in UTF-8 without byte order mark.</summary>
internal abstract class TextResultWriter(OutputTarget target) : ResultWriter(target)
{
    private const int BufferCharacters = 64 * 1024;

    /// <summary>Where the lines go.</summary>
    protected StreamWriter Writer { get; } = new(target.Stream, Utf8, BufferCharacters, leaveOpen: true);

    /// <inheritdoc/>
    protected override Task FinishAsync() => Writer.FlushAsync();
}
