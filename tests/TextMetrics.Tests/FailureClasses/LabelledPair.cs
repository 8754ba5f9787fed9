using Pipeline.Inference.Tests;
using Pipeline.TextMetrics.FailureClasses;

namespace Pipeline.TextMetrics.Tests.FailureClasses;

/// <summary>A summary of a sample work order, and what is wrong with it as a person says.</summary>
internal sealed record LabelledPair(string Row, string Source, string Summary, IReadOnlyList<string> Failures)
{
    /// <summary>
    /// Lines of row id, failure classes and summary. <c>=reference</c> stands for the reference of the sample, which was written to keep every
    /// request, cause, abbreviation and number.
    /// </summary>
    public static List<LabelledPair> Read(string file)
    {
        var orders = WorkOrders.All.ToDictionary(order => order.Id);
        return [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "FailureClasses", file)).Skip(1).Select(line => line.Split('\t')).Select(cells =>
            new LabelledPair(
                cells[0], orders[cells[0]].Text, cells[2] == "=reference" ? orders[cells[0]].Reference : cells[2],
                cells[1] == "-" ? [] : cells[1].Split(',')))];
    }

    /// <summary>What the detectors say.</summary>
    public IReadOnlyList<string> Found() => [.. FailureReport.Of(Summary, Source).Failed.Select(failure => failure.Name())];
}
