namespace Pipeline.Storage.Exports;

/// <summary>A field of a CSV file (RFC 4180).</summary>
public static class CsvCell
{
    // The full-width forms count: spreadsheets of East Asia read them as the plain ones.
    private const string FormulaStarts = "=+-@\t\r\n＝＋－＠";

    /// <summary>The text with an apostrophe before it when a spreadsheet would run it as a formula.</summary>
    public static string Disarm(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0 || !FormulaStarts.Contains(text[0], StringComparison.Ordinal) ? text : "'" + text;
    }

    /// <summary>The text as it stands between two commas.</summary>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
