using System.Runtime.CompilerServices;
using System.Text;

namespace Pipeline.Inference.Tests;

/// <summary>The invented work orders of <c>samples/work-orders.csv</c> with their reference summaries.</summary>
internal static class WorkOrders
{
    public static WorkOrder[] All { get; } =
        [.. Rows(File.ReadAllText(SamplePath())).Skip(1).Select(row => new WorkOrder(row[0], row[1], row[2], row[3], row[4]))];

    private static string SamplePath([CallerFilePath] string sourceFile = "") =>
        Path.Combine(Path.GetDirectoryName(sourceFile) ?? ".", "..", "..", "samples", "work-orders.csv");

    // RFC 4180; the file ends every record in CRLF.
    private static IEnumerable<List<string>> Rows(string csv)
    {
        var (row, cell, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var at = 0; at < csv.Length; at++)
        {
            var c = csv[at];
            if (quoted && c == '"' && at + 1 < csv.Length && csv[at + 1] == '"')
            {
                cell.Append(csv[at++]);
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (quoted || c is not (',' or '\r' or '\n'))
            {
                cell.Append(c);
            }
            else if (c != '\r')
            {
                row.Add(cell.ToString());
                cell.Clear();
                if (c == '\n')
                {
                    yield return row;
                    row = [];
                }
            }
        }
    }
}
