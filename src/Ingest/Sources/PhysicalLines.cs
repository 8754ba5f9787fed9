namespace Pipeline.Ingest.Sources;

/// <summary>Counts physical lines over consecutive pieces of a file. A line ends with LF, CRLF or a lone CR.</summary>
internal struct PhysicalLines()
{
    private bool _afterCr;

    /// <summary>Number of the line that the next byte belongs to.</summary>
    public long Current { get; private set; } = 1;

    public void Advance(ReadOnlySpan<byte> piece)
    {
        if (piece.IsEmpty)
        {
            return;
        }

        Current += CountEnds(piece);
        if (_afterCr && piece[0] == (byte)'\n')
        {
            Current--;
        }

        _afterCr = piece[^1] == (byte)'\r';
    }

    public static int CountEnds(ReadOnlySpan<byte> piece) =>
        piece.Count((byte)'\n') + piece.Count((byte)'\r') - piece.Count("\r\n"u8);

    /// <summary>Length of the first line of <paramref name="piece"/> with its line end, or -1 when it does not end here.</summary>
    public static int FirstLineLength(ReadOnlySpan<byte> piece)
    {
        var end = piece.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
        {
            return -1;
        }

        return piece[end] == (byte)'\r' && end + 1 < piece.Length && piece[end + 1] == (byte)'\n' ? end + 2 : end + 1;
    }
}
