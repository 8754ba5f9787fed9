namespace Pipeline.Ingest.Sources;

/// <summary>Finds the delimiter in the header: comma, semicolon or tab, whichever stands outside quotes most often.</summary>
internal static class CsvDelimiter
{
    private const byte Comma = (byte)',';
    private const byte Semicolon = (byte)';';
    private const byte Tab = (byte)'\t';

    /// <summary>Decides on the header at the start of <paramref name="data"/>; false when the header does not end here.</summary>
    public static bool TryDetect(ReadOnlySpan<byte> data, out byte delimiter)
    {
        var (commas, semicolons, tabs) = (0, 0, 0);
        var (quoted, begun, ended) = (false, false, false);
        foreach (var current in data)
        {
            ended = begun && !quoted && current is (byte)'\r' or (byte)'\n';
            if (ended && begun)
            {
                break;
            }

            begun |= current is not ((byte)'\r' or (byte)'\n' or (byte)' ');
            quoted ^= current == (byte)'"';
            commas += !quoted && current == Comma ? 1 : 0;
            semicolons += !quoted && current == Semicolon ? 1 : 0;
            tabs += !quoted && current == Tab ? 1 : 0;
        }

        delimiter = commas >= semicolons && commas >= tabs ? Comma : semicolons >= tabs ? Semicolon : Tab;
        return ended;
    }
}
