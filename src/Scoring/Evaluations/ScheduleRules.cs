using Pipeline.Storage.Evaluations;

namespace Pipeline.Scoring.Evaluations;

/// <summary>What must hold of a schedule before it is stored, whoever asks for it.</summary>
public static class ScheduleRules
{
    private const int MaxNameLength = 60;
    private const int MaxWindow = 100;

    /// <summary>Checks a schedule.</summary>
    /// <exception cref="ScheduleException">The first rule that does not hold.</exception>
    public static void Check(ScheduleDefinition schedule, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (schedule.Name.Length is 0 or > MaxNameLength || schedule.Name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            throw new ScheduleException($"A schedule's name has 1 to {MaxNameLength} characters and no white space; this is '{schedule.Name}'.");
        }

        CronText.Parse(schedule.Cron, schedule.TimeZone, now);
        CheckSample("pinned", schedule.Pinned);
        CheckSample("fresh", schedule.Fresh);
        if (schedule.Pinned + schedule.Fresh == 0)
        {
            throw new ScheduleException("A schedule needs a pinned sample, a fresh one, or both.");
        }

        if (schedule.Stability is { Samples: < StabilitySampling.MinSamples or > StabilitySampling.MaxSamples })
        {
            throw new ScheduleException($"A stability check generates each text {StabilitySampling.MinSamples} to {StabilitySampling.MaxSamples} times.");
        }

        if (schedule.Stability is { Temperature: not (> 0 and <= StabilitySampling.MaxTemperature) })
        {
            throw new ScheduleException($"The temperature of a stability check is above 0 and at most {StabilitySampling.MaxTemperature}.");
        }

        if (schedule.MinDrop is not (> 0 and < 1) || schedule.MinChange is not (> 0 and < 1))
        {
            throw new ScheduleException("The smallest drop and the smallest change are between 0 and 1; 0.01 is one ROUGE point.");
        }

        if (schedule.AlarmWindow is < 1 or > MaxWindow || schedule.AlarmAfter < 1 || schedule.AlarmAfter > schedule.AlarmWindow)
        {
            throw new ScheduleException(
                $"An alarm after {schedule.AlarmAfter} of {schedule.AlarmWindow} runs can't be: the first is 1 or more, the second not below it and at most {MaxWindow}.");
        }
    }

    /// <summary>A stability check is measured against a limit of the installation, so nobody can ask it for a drop.</summary>
    /// <exception cref="ScheduleException">Somebody does.</exception>
    internal static void RefuseDrops(double? minDrop, double? minChange)
    {
        if (minDrop is not null || minChange is not null)
        {
            throw new ScheduleException(
                "A stability check is compared with no baseline: leave the smallest drop and the smallest change out. Its limit is "
                + "Pipeline:Scoring:MaxStabilityDeviation.");
        }
    }

    private static void CheckSample(string part, int texts)
    {
        if (texts != 0 && texts is < ScheduleDefinition.MinTexts or > ScheduleDefinition.MaxTexts)
        {
            throw new ScheduleException(
                $"The {part} sample has {texts} texts; a test of a change needs {ScheduleDefinition.MinTexts} to {ScheduleDefinition.MaxTexts} (0 for none).");
        }
    }
}
