using Cronos;

namespace Pipeline.Scoring.Evaluations;

/// <summary>A cron expression with its time zone, checked before it is stored.</summary>
public sealed class CronText
{
    private readonly CronExpression _expression;

    private CronText(CronExpression expression, TimeZoneInfo zone) => (_expression, Zone) = (expression, zone);

    /// <summary>The time zone.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>Reads both.</summary>
    /// <param name="cron">Five fields: minute, hour, day of the month, month, day of the week.</param>
    /// <param name="timeZone">An IANA name, such as <c>Asia/Shanghai</c>.</param>
    /// <param name="now">From when on it must come.</param>
    /// <exception cref="ScheduleException">One of them is wrong, or the time never comes.</exception>
    public static CronText Parse(string cron, string timeZone, DateTimeOffset now)
    {
        TimeZoneInfo zone;
        try
        {
            zone = TimeZoneInfo.FindSystemTimeZoneById(timeZone);
        }
        catch (Exception exception) when (exception is TimeZoneNotFoundException or InvalidTimeZoneException or ArgumentException)
        {
            throw new ScheduleException($"There is no time zone '{timeZone}' on this machine. Name one as in Asia/Shanghai, Europe/Berlin or UTC.", exception)
            {
                Chinese = $"本机没有时区 '{timeZone}'。请写成 Asia/Shanghai、Europe/Berlin 或 UTC 这样的名称。",
            };
        }

        CronExpression expression;
        try
        {
            expression = CronExpression.Parse(cron);
        }
        catch (CronFormatException exception)
        {
            throw new ScheduleException(
                $"'{cron}' is no cron expression: {exception.Message} Five fields are needed (minute, hour, day of the month, month, day of the week), "
                + "such as '0 3 * * *' for three o'clock every night.", exception)
            {
                Chinese = $"'{cron}' 不是 cron 表达式。需要五个字段（分、时、日、月、星期），例如 '0 3 * * *' 表示每天凌晨三点。",
            };
        }

        var text = new CronText(expression, zone);
        return text.Next(now) is null ? throw new ScheduleException($"The time '{cron}' never comes.") { Chinese = $"时间 '{cron}' 永远不会到来。" } : text;
    }

    /// <summary>When it comes next, in its zone's offset; null when it never does.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => _expression.GetNextOccurrence(after, Zone);
}
