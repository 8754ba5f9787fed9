using Pipeline.Scoring.Evaluations;
using Pipeline.Storage.Evaluations;

namespace Pipeline.Scoring.Tests.Evaluations;

public sealed class ScheduleRulesTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static readonly ScheduleDefinition s_sound = new()
    {
        Name = "夜间",
        Cron = "0 3 * * *",
        TimeZone = "Asia/Shanghai",
        RecipeIds = [1],
        Pinned = 100,
        Fresh = 0,
    };

    [Fact]
    public void Three_at_night_in_Shanghai_is_seven_in_the_evening_before_in_UTC()
    {
        ScheduleRules.Check(s_sound, s_now);

        var next = CronText.Parse(s_sound.Cron, s_sound.TimeZone, s_now).Next(s_now)!.Value;
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 19, 0, 0, TimeSpan.Zero), next.ToUniversalTime());
        Assert.Equal(TimeSpan.FromHours(8), next.Offset);
    }

    [Theory]
    [InlineData("0 3 * *", "is no cron expression")]
    [InlineData("every night", "is no cron expression")]
    [InlineData("0 25 * * *", "is no cron expression")]
    [InlineData("0 0 0 3 * *", "is no cron expression")]
    [InlineData("0 0 30 2 *", "never comes")]
    public void A_wrong_cron_expression_is_refused_with_an_example(string cron, string reason) =>
        Refused(s_sound with { Cron = cron }, reason, cron);

    [Fact]
    public void An_unknown_time_zone_is_refused_with_examples() => Refused(s_sound with { TimeZone = "Asia/Shanghi" }, "'Asia/Shanghi'", "Asia/Shanghai");

    [Fact]
    public void A_sample_below_what_a_test_needs_is_refused_with_what_it_needs()
    {
        Refused(s_sound with { Pinned = 19 }, "has 19 texts", "needs 20");
        Refused(s_sound with { Fresh = 5 }, "fresh sample has 5 texts", "needs 20");
        Refused(s_sound with { Pinned = 0 }, "pinned sample, a fresh one, or both");
    }

    [Fact]
    public void Names_and_limits_that_cannot_be_are_refused()
    {
        Refused(s_sound with { Name = "two words" }, "no white space");
        Refused(s_sound with { Name = "" }, "1 to 60 characters");
        Refused(s_sound with { MinDrop = 0 }, "0.01 is one ROUGE point");
        Refused(s_sound with { MinChange = double.NaN }, "between 0 and 1");
        Refused(s_sound with { AlarmAfter = 4, AlarmWindow = 3 }, "after 4 of 3 runs");
    }

    private static void Refused(ScheduleDefinition schedule, params string[] parts)
    {
        var refusal = Assert.Throws<ScheduleException>(() => ScheduleRules.Check(schedule, s_now));
        Assert.All(parts, part => Assert.Contains(part, refusal.Message, StringComparison.Ordinal));
    }
}
