using System.CommandLine;
using System.Globalization;

namespace Pipeline.Cli.Search;

/// <summary>The options that <c>search</c> and <c>answer</c> share.</summary>
internal sealed class SearchChoiceOptions
{
    private readonly Argument<string> _query;
    private readonly Option<int> _limit;
    private readonly Option<string?> _batch = new("--batch", "-b") { Description = Say("Only this batch: id or name.", "只在此批次中：批次号或名称。"), HelpName = "B" };
    private readonly Option<string> _tenant = new("--tenant")
    {
        Description = Say("Owner of the documents.", "文档的所有者。"), HelpName = "NAME", DefaultValueFactory = _ => "default",
    };

    private readonly Option<string?> _source = new("--source") { Description = Say("Only documents of this source.", "只看此来源的文档。"), HelpName = "NAME" };
    private readonly Option<string?> _category = new("--category") { Description = Say("Only documents of this category.", "只看此类别的文档。"), HelpName = "C" };
    private readonly Option<DateTimeOffset?> _from = Time("--from", Say(
        "Only documents accepted at or after this time: 2026-05-01, or 2026-05-01T08:00+08:00. Without a time zone: UTC.",
        "只看在此时间或之后接收的文档：2026-05-01，或 2026-05-01T08:00+08:00。不写时区即为 UTC。"));

    private readonly Option<DateTimeOffset?> _to = Time("--to", Say("Only documents accepted before this time.", "只看在此时间之前接收的文档。"));
    private readonly Option<string?> _embedder = new("--embedder")
    {
        Description = Say("The embedder; by default that of the batch, or of the newest batch.", "向量化方案；默认为该批次或最新批次所用的方案。"), HelpName = "E",
    };

    private readonly Option<double?> _similarity = new("--min-similarity")
    {
        Description = Say("Least similarity, -1 to 1. Default: follows the length of the query.", "最低相似度，-1 到 1。默认：随查询长度变化。"), HelpName = "S",
    };

    private readonly Option<bool> _offTopic = new("--off-topic") { Description = Say("Keep results of another topic than the query's.", "保留与查询主题不同的结果。") };

    /// <param name="argument">Name of the argument.</param>
    /// <param name="usual">Results without <c>--top</c>.</param>
    /// <param name="most">Most results.</param>
    public SearchChoiceOptions(string argument, int usual, int most)
    {
        _query = new(argument) { Description = Say("What is searched for.", "要查找的内容。") };
        _limit = new("--top", "--limit", "-n") { Description = Say("Most results.", "最多显示多少条结果。"), HelpName = "N", DefaultValueFactory = _ => usual };
        _limit.Validators.Add(result =>
        {
            if (result.TryGet<int>(out var limit) && (limit < 1 || limit > most))
            {
                result.AddError(Say($"--top must be between 1 and {most}.", $"--top 必须在 1 到 {most} 之间。"));
            }
        });
        _similarity.Validators.Add(result =>
        {
            if (result.TryGet<double?>(out var least) && least is not null and not (>= -1 and <= 1))
            {
                result.AddError(Say("--min-similarity must be between -1 and 1.", "--min-similarity 必须在 -1 到 1 之间。"));
            }
        });
    }

    /// <summary>Whether the answer is JSON.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = Say("One JSON object, as the HTTP API gives it.", "输出一个 JSON 对象，与 HTTP API 相同。") };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_query);
        foreach (var option in (Option[])[_batch, _tenant, _source, _category, _from, _to, _embedder, _limit, _similarity, _offTopic, Json])
        {
            command.Add(option);
        }
    }

    /// <summary>Their values.</summary>
    public SearchChoice Read(ParseResult result) => new(
        result.GetRequiredValue(_query), result.GetValue(_batch), result.GetRequiredValue(_tenant), result.GetValue(_source), result.GetValue(_embedder),
        result.GetValue(_limit), result.GetValue(_similarity), result.GetValue(_offTopic))
    {
        Category = result.GetValue(_category), From = result.GetValue(_from), To = result.GetValue(_to),
    };

    // The platform's own parser takes the time zone and the language of the machine.
    private static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = description, HelpName = "TIME",
        CustomParser = result =>
        {
            if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            {
                return time;
            }

            result.AddError(Say(
                $"{name} is no time: write 2026-05-01, or 2026-05-01T08:00+08:00.", $"{name} 不是时间：请写成 2026-05-01，或 2026-05-01T08:00+08:00。"));
            return null;
        },
    };
}
