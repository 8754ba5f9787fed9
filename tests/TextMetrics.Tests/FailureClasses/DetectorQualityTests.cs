using System.Globalization;

namespace Pipeline.TextMetrics.Tests.FailureClasses;

/// <summary>
/// Precision and recall of the detectors on pairs labelled by hand, all from rows for evaluation alone. Word lists and thresholds were made with
/// tuning.tsv in view, whose rows are others. The floors are below what was measured, see docs/metrics.md for the figures.
/// </summary>
public sealed class DetectorQualityTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("multi-event", 0.78, 0.60)]
    [InlineData("implicit-cause", 0.52, 0.42)]
    [InlineData("abbreviation", 0.68, 0.85)]
    [InlineData("number-unit", 0.90, 0.80)]
    public void Detectors_are_as_good_as_documented(string failure, double minPrecision, double minRecall)
    {
        var pairs = LabelledPair.Read("evaluation.tsv");
        Assert.True(pairs.Count >= 200);

        var (precision, recall) = Measure(failure, "evaluation.tsv");

        Assert.True(precision >= minPrecision && recall >= minRecall, $"precision {precision:0.00}, recall {recall:0.00}");
    }

    [Fact]
    public void No_row_is_in_both_sets() =>
        Assert.Empty(LabelledPair.Read("evaluation.tsv").Select(pair => pair.Row).Intersect(LabelledPair.Read("tuning.tsv").Select(pair => pair.Row)));

    private (double Precision, double Recall) Measure(string failure, string file)
    {
        var pairs = LabelledPair.Read(file).Select(pair => (pair.Row, pair.Summary, Is: pair.Failures.Contains(failure), Found: pair.Found().Contains(failure))).ToList();
        var hits = pairs.Count(pair => pair.Is && pair.Found);
        foreach (var pair in pairs.Where(pair => pair.Is != pair.Found))
        {
            output.WriteLine($"{file} {failure} {(pair.Found ? "false alarm" : "missed")} {pair.Row} {pair.Summary}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file} {failure}: {hits} of {pairs.Count(pair => pair.Is)} found, {pairs.Count(pair => pair.Found)} alarms"));
        return ((double)hits / Math.Max(1, pairs.Count(pair => pair.Found)), (double)hits / pairs.Count(pair => pair.Is));
    }

    [Theory]
    [InlineData("multi-event")]
    [InlineData("implicit-cause")]
    [InlineData("abbreviation")]
    [InlineData("number-unit")]
    public void Detectors_find_what_they_were_tuned_on(string failure)
    {
        var (precision, recall) = Measure(failure, "tuning.tsv");
        Assert.True(precision > 0.5 && recall > 0.5);
    }
}
