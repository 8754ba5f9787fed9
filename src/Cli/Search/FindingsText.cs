using System.Globalization;
using Pipeline.Scoring.Search;
using Spectre.Console;

namespace Pipeline.Cli.Search;

/// <summary>What a search found, for people.</summary>
internal static class FindingsText
{
    private const int ShownCharacters = 80;

    /// <summary>Prints the results as a table to standard output, and what the filter did to standard error.</summary>
    public static void Print(SearchFindings findings, bool numbered = false)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns(
            numbered ? "#" : "", Say("similarity", "相似度"), "id", Say("batch", "批次"), Say("line", "行"), Say("topic", "主题"), Say("recipe", "配方"), Say("summary", "摘要"));
        for (var i = 0; i < findings.Results.Count; i++)
        {
            var (document, similarity, topic) = findings.Results[i];
            table.AddRow(new[]
            {
                numbered ? (i + 1).ToString(CultureInfo.InvariantCulture) : "", similarity.ToString("0.000", CultureInfo.InvariantCulture), document.Id, document.Batch,
                document.Line.ToString(CultureInfo.InvariantCulture), topic ?? "-", document.Recipe ?? "-", Shorten(document.Summary ?? document.Text),
            }.Select(Markup.Escape).ToArray());
        }

        if (findings.Results.Count > 0)
        {
            AnsiConsole.Write(table);
        }

        Console.Error.WriteLine(Explain(findings));
    }

    private static string Explain(SearchFindings findings)
    {
        if (findings.Embedder is null)
        {
            return Say("This tenant has no batch yet: './pipeline submit FILE' makes one.", "该租户还没有批次：'./pipeline submit FILE' 可创建。");
        }

        var (threshold, tokens) = (findings.Threshold.ToString("0.000", CultureInfo.InvariantCulture), findings.QueryTokens);
        var text = Say(
            $"{findings.Considered} nearest of {findings.Embedder}, {(findings.IsExact ? "exact" : "by index")}; {findings.BelowThreshold} below {threshold} ({tokens} tokens)",
            $"{findings.Embedder} 最近的 {findings.Considered} 条（{(findings.IsExact ? "精确" : "按索引")}）；低于 {threshold}（{tokens} 个词元）的 {findings.BelowThreshold} 条");
        return findings.Topic is null ? text : text + Say($"; {findings.OffTopic} not about '{findings.Topic}'", $"；与“{findings.Topic}”无关的 {findings.OffTopic} 条");
    }

    private static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= ShownCharacters ? line : line[..(char.IsHighSurrogate(line[ShownCharacters - 1]) ? ShownCharacters - 1 : ShownCharacters)] + "…";
    }
}
