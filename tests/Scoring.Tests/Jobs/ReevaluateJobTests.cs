using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Pipeline.Scoring.Tests.Evaluations;
using Pipeline.Testing;

namespace Pipeline.Scoring.Tests.Jobs;

public sealed class ReevaluateJobTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schedule_becomes_a_recurring_job_that_starts_one_run_at_a_time_and_goes_with_it()
    {
        var rig = await EvaluationRig.CreateAsync(database.DataSource);
        await using var scoring = await ScoringProcess.StartAsync(database);
        var schedule = await rig.AddAsync(name: "夜间");
        var job = $"reevaluate-{schedule}-夜间";
        await UntilAsync($"exists (select from hangfire.hash where key = 'recurring-job:{job}' and field = 'TimeZoneId' and value = 'Asia/Shanghai')");
        var jobs = new RecurringJobManager(
            new PostgreSqlStorage(new NpgsqlConnectionFactory(database.ConnectionString, HangfireStorage.Options), HangfireStorage.Options));

        jobs.Trigger(job);
        await UntilAsync("exists (select from pipeline.evaluations)");
        jobs.Trigger(job);
        await Eventually.TrueAsync(() => Task.FromResult(scoring.Log.Contains("no other is started", StringComparison.Ordinal)), s_patience, () => scoring.Log);
        await rig.GenerateAsync(await database.ScalarAsync<long>("select id from pipeline.evaluations"), EvaluationRig.Good);
        await UntilAsync("(select state from pipeline.evaluations) = 'done'");
        await rig.Schedules.RemoveAsync(schedule, Token);
        await UntilAsync($"not exists (select from hangfire.hash where key = 'recurring-job:{job}')");

        Task UntilAsync(string condition) => Eventually.TrueAsync(
            () => database.ScalarAsync<bool>("select " + condition), s_patience, () => $"{condition}\n{scoring.Log}");
    }
}
