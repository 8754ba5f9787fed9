using System.Globalization;
using Pipeline.Scoring.Evaluations;
using Pipeline.Storage.Evaluations;

namespace Pipeline.Scoring.Dashboard.Schedules;

/// <summary>The fields of the form as they were typed, so that a refused form can be shown again.</summary>
internal sealed record ScheduleForm
{
    public string Name { get; init; } = "";

    /// <summary>Whether its runs are stability checks.</summary>
    public bool IsStability { get; init; }

    public string Cron { get; init; } = "0 3 * * *";

    public string TimeZone { get; init; } = "UTC";

    public IReadOnlyList<string> Recipes { get; init; } = [];

    public string Batch { get; init; } = "";

    public string Pinned { get; init; } = "100";

    public string Fresh { get; init; } = "100";

    public string MinDrop { get; init; } = "0.01";

    public string MinChange { get; init; } = "0.1";

    public string AlarmAfter { get; init; } = "2";

    public string AlarmWindow { get; init; } = "3";

    public string Samples { get; init; } = "5";

    public string Temperature { get; init; } = "";

    /// <summary>An empty one.</summary>
    public static ScheduleForm New(bool isStability) => isStability
        ? new() { IsStability = true, Pinned = Text(StabilitySampling.UsualTexts), Fresh = "0", Samples = Text(StabilitySampling.UsualSamples) }
        : new();

    /// <summary>What a browser has sent.</summary>
    public static ScheduleForm Of(IFormCollection form, bool isStability)
    {
        string Field(string name) => form[name].ToString().Trim();
        return new()
        {
            Name = Field("name"), IsStability = isStability, Samples = Field("samples"), Temperature = Field("temperature"), Cron = Field("cron"), TimeZone = Field("time-zone"), Recipes = [.. form["recipe"].OfType<string>()], Batch = Field("batch"),
            Pinned = Field("pinned"), Fresh = Field("fresh"), MinDrop = Field("min-drop"), MinChange = Field("min-change"),
            AlarmAfter = Field("alarm-after"), AlarmWindow = Field("alarm-window"),
        };
    }

    /// <summary>A schedule that is to be changed.</summary>
    public static ScheduleForm Of(ScheduleRow row) => new()
    {
        Name = row.Definition.Name, IsStability = row.Definition.Stability is not null, Cron = row.Definition.Cron, TimeZone = row.Definition.TimeZone, Recipes = row.Recipes,
        Fresh = Text(row.Definition.Fresh), MinDrop = Text(row.Definition.MinDrop), MinChange = Text(row.Definition.MinChange),
        AlarmAfter = Text(row.Definition.AlarmAfter), AlarmWindow = Text(row.Definition.AlarmWindow),
    };

    /// <summary>The schedule that is asked for.</summary>
    /// <exception cref="ScheduleException">A field is no number.</exception>
    public ScheduleWish ToWish() => new()
    {
        Name = Name, Cron = Cron, TimeZone = TimeZone, Recipes = Recipes, BatchId = Batch.Length == 0 ? null : Whole("batch", Batch),
        Kind = IsStability ? ScheduleDefinition.StabilityKind : ScheduleDefinition.ReevaluationKind,
        Pinned = Count("pinned", Pinned), Fresh = Count("fresh", Fresh), MinDrop = Drop("min-drop", MinDrop), MinChange = Drop("min-change", MinChange),
        AlarmAfter = Count("alarm-after", AlarmAfter), AlarmWindow = Count("alarm-window", AlarmWindow),
        Samples = IsStability ? Count("samples", Samples) : null,
        Temperature = IsStability && Temperature.Length > 0 ? Number("temperature", Temperature) : null,
    };

    /// <summary>The change that is asked for.</summary>
    /// <exception cref="ScheduleException">A field is no number.</exception>
    public ScheduleChange ToChange() => new(
        Cron, TimeZone, Count("fresh", Fresh), Drop("min-drop", MinDrop), Drop("min-change", MinChange), Count("alarm-after", AlarmAfter),
        Count("alarm-window", AlarmWindow));

    /// <summary>A limit that only re-evaluations have.</summary>
    private double? Drop(string field, string value) => IsStability ? null : Number(field, value);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static int Count(string field, string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw NoNumber(field, value);

    private static long Whole(string field, string value) => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw NoNumber(field, value);

    private static double Number(string field, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : throw NoNumber(field, value);

    private static ScheduleException NoNumber(string field, string value) => new($"'{value}' is no number for {field}.");
}
