using System.Globalization;
using System.Text;
using Pipeline.Cli.Output;
using Pipeline.Ingest.Sources;
using Pipeline.Scoring.Reviews;
using Pipeline.Storage.Exports;
using Pipeline.Storage.Reviews;

namespace Pipeline.Cli.Reviews;

/// <summary>A review as a CSV file: one row per summary, with an empty cell for each rating.</summary>
internal static class RatingSheet
{
    private static readonly string[] s_keys = ["document", "label"];
    private static readonly string[] s_texts = ["text", "summary"];

    /// <summary>Writes it. With a byte order mark: this file is for spreadsheets, which take it for another encoding without one.</summary>
    public static async Task WriteAsync(OutputTarget target, IAsyncEnumerable<ReviewDocument> documents)
    {
        await using var writer = new StreamWriter(target.Stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(string.Join(',', [.. s_keys, .. s_texts, .. Criterion.All.Select(criterion => criterion.Name)]));
        var blank = string.Concat(Enumerable.Repeat(",", Criterion.All.Count));
        await foreach (var document in documents)
        {
            foreach (var summary in document.Summaries)
            {
                string[] cells = [document.Number.ToString(CultureInfo.InvariantCulture), summary.Label, Text(document.Text), Text(summary.Text)];
                await writer.WriteLineAsync(string.Join(',', cells) + blank);
            }
        }
    }

    /// <summary>Reads what a reviewer filled in. A document without any rating is one that was not rated.</summary>
    /// <param name="file">The file; columns that are not needed may be gone.</param>
    /// <param name="documents">Labels of each document of the review, by its number.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SourceException">Something is not a rating, or not of this review; the message names line and column.</exception>
    public static async Task<IReadOnlyList<SummaryRating>> ReadAsync(
        string file, IReadOnlyDictionary<int, IReadOnlyList<string>> documents, CancellationToken cancellationToken)
    {
        var table = await CsvTable.ReadAsync(file, [.. s_keys, .. Criterion.All.Select(criterion => criterion.Name)], cancellationToken);
        var rows = table.Rows.Select(row => new Row(table.Name, row, documents)).ToList();
        var seen = new Dictionary<(int Document, string Label), long>();
        foreach (var row in rows)
        {
            if (!seen.TryAdd((row.Document, row.Label), row.Line))
            {
                throw row.Fault("label", Say(
                    $"summary {row.Label} of document {row.Document} is on line {seen[(row.Document, row.Label)]} already",
                    $"文档 {row.Document} 的摘要 {row.Label} 已在第 {seen[(row.Document, row.Label)]} 行出现"));
            }
        }

        var rated = rows.Where(row => !row.IsBlank).Select(row => row.Document).ToHashSet();
        foreach (var document in rated)
        {
            if (documents[document].FirstOrDefault(label => !seen.ContainsKey((document, label))) is { } missing)
            {
                throw new SourceException(Say(
                    $"{table.Name}: document {document} is rated, but its summary {missing} has no line. Export the review again to get all lines.",
                    $"{table.Name}：文档 {document} 已评分，但缺少摘要 {missing} 的行。请重新导出以得到全部行。"));
            }
        }

        return [.. rows.Where(row => rated.Contains(row.Document)).Select(row => row.Rating())];
    }

    private static string Text(string text) => CsvCell.Quote(CsvCell.Disarm(text));

    private sealed class Row
    {
        private readonly string _file;
        private readonly IReadOnlyList<string> _values;

        public Row(string file, CsvTableRow row, IReadOnlyDictionary<int, IReadOnlyList<string>> documents)
        {
            (_file, Line, _values) = (file, row.Line, [.. row.Values.Select(value => value.Trim())]);
            Document = int.TryParse(_values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && documents.TryGetValue(number, out var labels)
                ? number
                : throw Fault("document", Say($"'{_values[0]}' is no document of this review, which has 1 to {documents.Count}", $"'{_values[0]}' 不是此评审的文档，应为 1 到 {documents.Count}"));
            Label = labels.Contains(_values[1])
                ? _values[1]
                : throw Fault("label", Say($"'{_values[1]}' is no summary of document {number}, which has {string.Join(", ", labels)}", $"'{_values[1]}' 不是文档 {number} 的摘要，应为 {string.Join("、", labels)}"));
        }

        public long Line { get; }

        public int Document { get; }

        public string Label { get; }

        public bool IsBlank => _values.Skip(s_keys.Length).All(value => value.Length == 0);

        public SummaryRating Rating() => new(Document, Label, Mark(0), Mark(1), Mark(2));

        public SourceException Fault(string column, string what) =>
            new(Say($"{_file}, line {Line}, column {column}: {what}. Nothing was imported.", $"{_file} 第 {Line} 行 {column} 列：{what}。未导入任何内容。"));

        private int Mark(int criterion)
        {
            var value = _values[s_keys.Length + criterion];
            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var mark) && mark is >= SummaryRating.Lowest and <= SummaryRating.Highest)
            {
                return mark;
            }

            throw Fault(Criterion.All[criterion].Name, value.Length == 0
                ? Say(
                    $"the rating is missing; document {Document} is rated in part, and needs all ratings of all its summaries, or none",
                    $"缺少评分；文档 {Document} 只评了一部分，须为其全部摘要给出全部评分，或者全部留空")
                : Say($"'{value}' is not a whole number from 1 to 5", $"'{value}' 不是 1 到 5 的整数"));
        }
    }
}
