using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.Architecture.Tests;

public sealed partial class SourceTests
{
    private static readonly Dictionary<string, int> s_blocks = new()
    {
        ["Ingest"] = 1000, ["EmbedWorker"] = 2000, ["SummarizeWorker"] = 3000, ["Scoring"] = 4000,
        ["Storage"] = 5000, ["Inference"] = 6000, ["Cli"] = 7000, ["ServiceDefaults"] = 8000,
    };

    [Fact]
    public void No_file_has_more_than_400_lines() =>
        Assert.All(Repository.Projects.SelectMany(Repository.Sources), file => Assert.InRange(File.ReadLines(file).Count(), 0, 400));

    [Fact]
    public void Event_ids_are_unique_and_lie_in_the_block_of_their_project()
    {
        var ids = Repository.Projects
            .SelectMany(project => Repository.Sources(project).SelectMany(file => EventIds(file).Select(id => (project, id)))).ToList();

        Assert.NotEmpty(ids);
        Assert.All(ids, entry => Assert.InRange(entry.id, s_blocks[entry.project], s_blocks[entry.project] + 999));
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void Every_log_message_has_an_event_id() => Assert.All(Repository.Projects.SelectMany(Repository.Sources), file =>
        Assert.Equal(Attribute().Count(File.ReadAllText(file)), EventIds(file).Count()));

    [Fact]
    public void Commands_have_a_namespace_and_carry_numbers_only()
    {
        // A type without a namespace cannot be sent, and a text in a message could be lost, too large or logged.
        // Requests are another thing: they are answered at once and kept nowhere.
        var contracts = Repository.Sources("Contracts").Where(file => Path.GetFileName(Path.GetDirectoryName(file)) != "Requests").Select(File.ReadAllText).ToList();

        Assert.All(contracts, source => Assert.Contains("namespace Pipeline.Contracts;", source, StringComparison.Ordinal));
        var messages = contracts.Where(source => source.Contains("record", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, messages.Count);
        Assert.All(messages, source => Assert.DoesNotMatch(StringMember(), source));
    }

    private static IEnumerable<int> EventIds(string file) =>
        EventId().Matches(File.ReadAllText(file)).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\[LoggerMessage\(")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?(\d+)")]
    private static partial Regex EventId();

    [GeneratedRegex(@"\bstring\b")]
    private static partial Regex StringMember();
}
