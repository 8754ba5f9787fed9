using System.Globalization;
using Pipeline.Cli.Output;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Results;

/// <summary>
/// CSV (RFC 4180, with a header). A text that a spreadsheet would run as a formula gets an apostrophe before it, unless
/// raw CSV is asked for; numbers are numbers and are left alone.
/// </summary>
internal sealed class CsvResultWriter : TextResultWriter
{
    // The full-width forms count: spreadsheets of East Asia read them as the plain ones.
    private const string FormulaStarts = "=+-@\t\r\n＝＋－＠";

    private readonly bool _raw;

    public CsvResultWriter(OutputTarget target, bool raw)
        : base(target)
    {
        _raw = raw;
        Writer.Write(string.Join(',', ResultColumn.All.Select(column => column.Name)) + "\r\n");
    }

    /// <inheritdoc/>
    public override Task WriteAsync(ResultRow row) =>
        Writer.WriteAsync(string.Join(',', ResultColumn.All.Select(column => Cell(column.Value(row)))) + "\r\n");

    private string Cell(object? value)
    {
        var text = value switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            string[] codes => string.Join(' ', codes),
            double number => number.ToString("0.######", CultureInfo.InvariantCulture),
            string words => _raw || words.Length == 0 || !FormulaStarts.Contains(words[0], StringComparison.Ordinal) ? words : "'" + words,
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
