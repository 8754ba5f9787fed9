using System.Text;
using Pipeline.Cli.Output;
using Pipeline.Storage.Exports;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Results;

/// <summary>A format of lines, in UTF-8 without byte order mark.</summary>
internal sealed class TextResultWriter : ResultWriter
{
    private const int BufferCharacters = 64 * 1024;

    private readonly ResultText _text;
    private readonly StreamWriter _writer;

    public TextResultWriter(OutputTarget target, ResultText text)
        : base(target)
    {
        _text = text;
        _writer = new StreamWriter(target.Stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferCharacters, leaveOpen: true);
        _writer.Write(text.Header);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(ResultRow row) => _writer.WriteAsync(_text.Line(row));

    /// <inheritdoc/>
    protected override Task FinishAsync() => _writer.FlushAsync();
}
