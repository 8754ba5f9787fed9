using System.Globalization;
using Pipeline.Storage.Reports;

namespace Pipeline.Storage.Exports;

/// <summary>
/// CSV (RFC 4180, with a header). A text that a spreadsheet would run as a formula gets an apostrophe before it, unless
/// raw CSV is asked for; numbers are numbers and are left alone.
/// </summary>
/// <param name="columns">Those to write.</param>
/// <param name="raw">Texts as they are.</param>
public sealed class CsvResultText(IReadOnlyList<ResultColumn> columns, bool raw) : ResultText
{
    // The full-width forms count: spreadsheets of East Asia read them as the plain ones.
    private const string FormulaStarts = "=+-@\t\r\n＝＋－＠";

    /// <inheritdoc/>
    public override string Header => string.Join(',', columns.Select(column => column.Name)) + "\r\n";

    /// <inheritdoc/>
    public override string Line(ResultRow row) => string.Join(',', columns.Select(column => Cell(column.Value(row)))) + "\r\n";

    private string Cell(object? value)
    {
        var text = value switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            string[] codes => string.Join(' ', codes),
            double number => number.ToString("0.######", CultureInfo.InvariantCulture),
            string words => raw || words.Length == 0 || !FormulaStarts.Contains(words[0], StringComparison.Ordinal) ? words : "'" + words,
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
