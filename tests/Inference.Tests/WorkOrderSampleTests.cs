using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests;

/// <summary>What <c>samples/README.md</c> promises of the sample.</summary>
public sealed partial class WorkOrderSampleTests
{
    private static readonly string[] _domains = ["public", "it", "maintenance", "retail"];
    private static readonly string[] _classes = ["multi-event", "implicit-cause", "abbreviation", "number-unit", ""];
    private static readonly string[] _languages = ["Chinese", "English", "Mixed"];
    private static readonly int[] _lengths = [20, 50, 100, 200, 400, 600, 900, 1500, 2000, 3001];

    [Fact]
    public void There_are_three_hundred_rows_sixty_of_them_for_tuning()
    {
        Assert.Equal(300, WorkOrders.All.Length);
        Assert.All(WorkOrders.All[..60], order => Assert.True(order.IsForTuning, order.Id));
        Assert.All(WorkOrders.All[60..], order => Assert.False(order.IsForTuning, order.Id));
    }

    [Fact]
    public void Ids_are_unique_and_count_up_in_their_domain() => Assert.All(_domains.Zip((string[])["PS", "IT", "MT", "RT"]), domain =>
        Assert.Equal(
            Enumerable.Range(1, 75).Select(number => $"{domain.Second}-{number:0000}"),
            WorkOrders.All.Where(order => order.Domain == domain.First).Select(order => order.Id)));

    [Fact]
    public void Records_end_in_CRLF_and_cells_break_lines_with_LF()
    {
        var csv = File.ReadAllBytes(Path.Combine(Checkout.Root, "samples", "work-orders.csv"));
        var lines = System.Text.Encoding.Latin1.GetString(csv).Split("\r\n");
        Assert.StartsWith("id,domain,text,reference,failure_class", lines[0], StringComparison.Ordinal);
        Assert.Equal(302, lines.Length);
        Assert.Empty(lines[^1]);
        Assert.All(lines, line => Assert.DoesNotContain('\r', line));
        Assert.All(lines, line => Assert.Equal(0, line.Count(c => c == '"') % 2));
    }

    [Fact]
    public void Texts_have_twenty_to_three_thousand_characters() =>
        Assert.All(WorkOrders.All, order => Assert.InRange(CodePoints(order.Text), 20, 3000));

    [Fact]
    public void References_of_texts_over_a_hundred_characters_have_an_eighth_to_a_third_of_their_length() =>
        Assert.All(WorkOrders.All.Where(order => CodePoints(order.Text) > 100), order =>
            Assert.InRange((double)CodePoints(order.Reference) / CodePoints(order.Text), 0.12, 0.35));

    [Fact]
    public void Every_number_and_code_of_a_reference_stands_in_its_text() => Assert.All(WorkOrders.All, order =>
        Assert.All(NumberOrCode().Matches(order.Reference), match => Assert.Matches(
            $"(?<![0-9.]){Regex.Escape(match.Value)}(?![0-9])", order.Text)));

    [Fact]
    public void Texts_are_distinct_but_for_four_that_were_handed_in_twice()
    {
        var twice = WorkOrders.All.GroupBy(order => order.Text).Where(group => group.Count() > 1).ToList();
        Assert.Equal(
            [("IT-0057", "IT-0075"), ("PS-0004", "PS-0012"), ("RT-0006", "RT-0013"), ("RT-0048", "RT-0072")],
            twice.Select(group => (group.First().Id, group.Last().Id)).Order());
        Assert.All(twice, group => Assert.Single(group.Select(order => order.Reference).Distinct()));
    }

    [Fact]
    public void No_two_texts_share_twelve_ideographs_in_a_row()
    {
        var owners = new Dictionary<string, string>();
        foreach (var order in WorkOrders.All)
        {
            foreach (Match run in Ideographs().Matches(order.Text))
            {
                for (var at = 0; at + 12 <= run.Length; at++)
                {
                    var owner = owners.TryAdd(run.Value.Substring(at, 12), order.Text) ? order.Text : owners[run.Value.Substring(at, 12)];
                    Assert.True(owner == order.Text, $"{order.Id}: {run.Value.Substring(at, 12)}");
                }
            }
        }
    }

    [Fact]
    public void Telephone_numbers_are_masked() => Assert.All(WorkOrders.All, order => Assert.DoesNotMatch("(?<![0-9])1[3-9][0-9]{9}(?![0-9])", order.Text));

    [Fact]
    public void The_datasheet_counts_what_is_in_the_file()
    {
        var datasheet = File.ReadAllLines(Path.Combine(Checkout.Root, "samples", "README.md"));
        Assert.All(CountRows().Concat(LengthRows()).Concat(BandRows()), row => Assert.Contains(row, datasheet));
    }

    private static IEnumerable<string> CountRows() => ((string[])[.. _domains, "All"]).Select(domain =>
    {
        var orders = WorkOrders.All.Where(order => domain is "All" || order.Domain == domain).ToList();
        var counts = _languages.Select(language => orders.Count(order => order.Language == language))
            .Concat(_classes.Select(name => orders.Count(order => order.FailureClass == name))).Append(orders.Count);
        return $"| {(domain is "All" ? domain : $"`{domain}`")} | {string.Join(" | ", counts)} |";
    });

    private static IEnumerable<string> LengthRows() => ((string[])[.. _languages, "All"]).Select(language =>
    {
        var orders = WorkOrders.All.Where(order => language is "All" || order.Language == language).ToList();
        var (texts, references) = (orders.Select(order => CodePoints(order.Text)), orders.Select(order => CodePoints(order.Reference)));
        return $"| {language} | {Spread(texts)} | {Spread(references)} |";
    });

    private static IEnumerable<string> BandRows() => _lengths.Zip(_lengths.Skip(1), (from, to) =>
        $"| {from:N0} to {to - 1:N0} | {WorkOrders.All.Count(o => o.IsForTuning && CodePoints(o.Text) >= from && CodePoints(o.Text) < to)}"
        + $" | {WorkOrders.All.Count(o => !o.IsForTuning && CodePoints(o.Text) >= from && CodePoints(o.Text) < to)} |");

    private static string Spread(IEnumerable<int> lengths)
    {
        int[] sorted = [.. lengths.Order()];
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0;
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[0]:N0} | {median:0.#} | {sorted[^1]:N0}");
    }

    private static int CodePoints(string text) => text.EnumerateRunes().Count();

    [GeneratedRegex(@"[0-9][0-9.,:：/\-–~]*[0-9]|[0-9]|\b[A-Z]+[-/]?[A-Z0-9]*[0-9]+[A-Z0-9-]*\b")]
    private static partial Regex NumberOrCode();

    [GeneratedRegex("[\u4e00-\u9fff]{12,}")]
    private static partial Regex Ideographs();
}
