namespace Pipeline.Ingest.Sources;

/// <summary>Splits bytes into lines that end with LF; a longer line than the limit is reported and skipped without being held.</summary>
internal sealed class JsonLineReader(ByteWindow window, int maxRecordBytes)
{
    private const byte Lf = (byte)'\n';

    private int _consumed;
    private int _length;
    private bool _skipping;

    /// <summary>Number of the line, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Position of the line in the input.</summary>
    public long Offset => window.Offset;

    /// <summary>True when the line is longer than the limit; it has no bytes then.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Bytes of the line without its line end. Valid until the next read.</summary>
    public ReadOnlySpan<byte> Record => window.Span[.._length];

    /// <summary>Goes to the next line; false at the end of the input.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        await LeaveLineAsync(cancellationToken);
        Line++;
        var searched = 0;
        while (true)
        {
            var held = window.Span;
            var end = held[searched..].IndexOf(Lf);
            if (end >= 0)
            {
                return Accept(searched + end, lineEnd: 1);
            }

            searched = held.Length;
            if (searched > maxRecordBytes)
            {
                _skipping = true;
                return Accept(searched, lineEnd: 0);
            }

            if (!await window.FillAsync(cancellationToken))
            {
                return searched > 0 && Accept(searched, lineEnd: 0);
            }
        }
    }

    private bool Accept(int length, int lineEnd)
    {
        IsTooLarge = length > maxRecordBytes;
        _length = IsTooLarge ? 0 : length;
        _consumed = length + lineEnd;
        return true;
    }

    private async ValueTask LeaveLineAsync(CancellationToken cancellationToken)
    {
        window.Consume(_consumed);
        _consumed = 0;
        while (_skipping)
        {
            var end = window.Span.IndexOf(Lf);
            window.Consume(end < 0 ? window.Span.Length : end + 1);
            _skipping = end < 0 && await window.FillAsync(cancellationToken);
        }
    }
}
