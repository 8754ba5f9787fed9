using System.Text;

namespace Pipeline.Ingest.Sources;

/// <summary>Where a field stands in its record, without the quotes around it.</summary>
internal readonly record struct CsvField(int Start, int Length, bool HasDoubledQuotes)
{
    /// <summary>The value; the record must be valid UTF-8.</summary>
    public string Decode(ReadOnlySpan<byte> record)
    {
        var value = Encoding.UTF8.GetString(record.Slice(Start, Length));
        return HasDoubledQuotes ? value.Replace("\"\"", "\"", StringComparison.Ordinal) : value;
    }
}
