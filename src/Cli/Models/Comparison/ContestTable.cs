using System.Globalization;
using System.Text.Json;
using Pipeline.Cli.Commands;
using Spectre.Console;

namespace Pipeline.Cli.Models.Comparison;

/// <summary>Shows what came out, each contender by its median round.</summary>
internal static class ContestTable
{
    /// <summary>A line of JSON for each contender.</summary>
    public static void WriteJson(IReadOnlyList<(Contender Contender, ContestResult Median, int Rounds)> rows)
    {
        foreach (var (contender, median, rounds) in rows)
        {
            Console.WriteLine(Utf8Output.Json(writer =>
            {
                writer.WriteString("contender", contender.Name);
                writer.WriteBoolean("peer", contender.IsPeer);
                writer.WriteNumber("rounds", rounds);
                writer.WriteNumber("documents_per_hour", Math.Round(3600 / median.SecondsPerDocument, 1));
                writer.WriteNumber("seconds_per_document", Math.Round(median.SecondsPerDocument, 4));
                if (median.Split is { } split)
                {
                    Write(writer, split);
                }
            }));
        }
    }

    /// <summary>A table; ratios are to the fastest peer, or without one to the slowest of ours.</summary>
    public static void Write(string title, IReadOnlyList<(Contender Contender, ContestResult Median, int Rounds)> rows)
    {
        var peers = rows.Where(row => row.Contender.IsPeer).Select(row => row.Median.SecondsPerDocument).ToList();
        var measure = peers.Count > 0 ? peers.Min() : rows.Max(row => row.Median.SecondsPerDocument);
        var table = new Table().Border(TableBorder.Minimal).Title(title).AddColumns(
            Say("contender, rows", "参赛者，行数"), Say("documents/hour", "文档/小时"), Say("ratio", "倍数"), Say("tokenise", "分词"), Say("read", "读取"),
            Say("step", "步进"), Say("choose", "选词"), Say("overhead", "额外开销"), Say("fill", "装满率"), Say("padding", "填充"));
        foreach (var (contender, median, _) in rows)
        {
            string[] split = median.Split is { } own
                ? [.. new[] { own.Tokenize, own.Read, own.Step, own.Choose, own.Overhead, own.Fill, own.Padding }.Select(Percent)]
                : ["", "", "", "", "", "", ""];
            table.AddRow(
                [
                    Markup.Escape(contender.Name), (3600 / median.SecondsPerDocument).ToString("N0", CultureInfo.InvariantCulture),
                    (measure / median.SecondsPerDocument).ToString("0.00", CultureInfo.InvariantCulture), .. split,
                ]);
        }

        AnsiConsole.Write(table);
    }

    private static void Write(Utf8JsonWriter writer, TimeSplit split)
    {
        (string Name, double Share)[] shares =
        [
            ("tokenize", split.Tokenize), ("read", split.Read), ("step", split.Step), ("choose", split.Choose), ("overhead", split.Overhead),
            ("fill", split.Fill), ("padding", split.Padding),
        ];
        foreach (var (name, share) in shares)
        {
            writer.WriteNumber(name, Math.Round(share, 4));
        }
    }

    private static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
}
