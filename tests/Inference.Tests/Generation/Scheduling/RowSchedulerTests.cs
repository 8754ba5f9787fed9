using Pipeline.Inference.Generation.Scheduling;

namespace Pipeline.Inference.Tests.Generation.Scheduling;

public sealed class RowSchedulerTests
{
    private const long Unlimited = long.MaxValue / 1024;
    private readonly object _call = new();

    [Fact]
    public void Jobs_run_in_their_order_while_rows_are_free()
    {
        var scheduler = new RowScheduler<Job>(new(3, 0, Unlimited, 1000));
        Job[] jobs = [new("a"), new("b"), new("c"), new("d")];
        scheduler.Add(_call, RequestPriority.Bulk, jobs);
        Assert.Equal(jobs[..3], scheduler.Admit());
        Assert.Equal((1, 3, 3), (scheduler.Waiting, scheduler.Running, scheduler.Rows));
        Assert.Empty(scheduler.Admit());

        scheduler.Release(jobs[1]);
        Assert.Equal([jobs[3]], scheduler.Admit());
        Assert.Empty(scheduler.Admit());
    }

    [Fact]
    public void Calls_take_turns()
    {
        var scheduler = new RowScheduler<Job>(new(4, 0, Unlimited, 1000));
        Job[] first = [new("a1"), new("a2"), new("a3"), new("a4"), new("a5")];
        Job[] second = [new("b1")];
        scheduler.Add(_call, RequestPriority.Bulk, first);
        scheduler.Add(new(), RequestPriority.Bulk, second);
        Assert.Equal([first[0], second[0], first[1], first[2]], scheduler.Admit());
    }

    [Fact]
    public void Interactive_jobs_overtake_and_have_rows_of_their_own()
    {
        var scheduler = new RowScheduler<Job>(new(2, 1, Unlimited, 1000));
        Job[] bulk = [new("a"), new("b"), new("c")];
        Job[] interactive = [new("i", Priority: RequestPriority.Interactive), new("j", Priority: RequestPriority.Interactive)];
        scheduler.Add(_call, RequestPriority.Bulk, bulk);
        Assert.Equal(bulk[..2], scheduler.Admit());

        scheduler.Add(new(), RequestPriority.Interactive, interactive);
        Assert.Equal([interactive[0]], scheduler.Admit());

        // The row that becomes free goes to the one who waits longer in line, but is not bulk.
        scheduler.Release(bulk[0]);
        Assert.Equal([interactive[1]], scheduler.Admit());
        scheduler.Release(interactive[0]);
        scheduler.Release(interactive[1]);
        Assert.Equal([bulk[2]], scheduler.Admit());
    }

    [Fact]
    public void Prompts_begin_within_their_budget_and_one_at_least()
    {
        var scheduler = new RowScheduler<Job>(new(9, 0, Unlimited, 100));
        Job[] jobs = [new("a", 60), new("b", 40), new("c", 1), new("d", 500), new("e", 99)];
        scheduler.Add(_call, RequestPriority.Bulk, jobs);
        Assert.Equal(jobs[..2], scheduler.Admit());
        Assert.Equal([jobs[2]], scheduler.Admit());
        Assert.Equal([jobs[3]], scheduler.Admit());
        Assert.Equal([jobs[4]], scheduler.Admit());
    }

    [Fact]
    public void The_longest_row_counts_for_every_row()
    {
        var scheduler = new RowScheduler<Job>(new(9, 0, 100, 1000));
        Job[] jobs = [new("a", 10, Tokens: 20), new("b", 10, Tokens: 20), new("c", 10, Tokens: 40), new("d", 1, Tokens: 1)];
        scheduler.Add(_call, RequestPriority.Bulk, jobs);

        // Three rows of 40 would be too much, and nobody overtakes the third.
        Assert.Equal(jobs[..2], scheduler.Admit());
        Assert.Equal((20, 5), (scheduler.Tokens, scheduler.RowLimit));
        scheduler.Release(jobs[0]);
        Assert.Equal([jobs[2]], scheduler.Admit());
        Assert.Equal((40, 2), (scheduler.Tokens, scheduler.RowLimit));
        scheduler.Release(jobs[2]);
        Assert.Equal([jobs[3]], scheduler.Admit());
        Assert.Equal(20, scheduler.Tokens);
    }

    [Fact]
    public void Bulk_work_leaves_cache_for_an_interactive_row()
    {
        var scheduler = new RowScheduler<Job>(new(9, 1, 100, 1000));
        Job[] bulk = [new("a", Tokens: 25), new("b", Tokens: 25), new("c", Tokens: 25), new("d", Tokens: 25)];
        scheduler.Add(_call, RequestPriority.Bulk, bulk);
        Assert.Equal(bulk[..3], scheduler.Admit());
        Job interactive = new("i", Tokens: 25, Priority: RequestPriority.Interactive);
        scheduler.Add(new(), RequestPriority.Interactive, [interactive]);
        Assert.Equal([interactive], scheduler.Admit());
    }

    [Fact]
    public void A_job_of_several_rows_waits_until_all_are_free()
    {
        var scheduler = new RowScheduler<Job>(new(4, 0, Unlimited, 1000));
        Job[] jobs = [new("a", Rows: 3), new("b", Rows: 3), new("c")];
        scheduler.Add(_call, RequestPriority.Bulk, jobs);
        Assert.Equal([jobs[0]], scheduler.Admit());
        scheduler.Release(jobs[0]);
        Assert.Equal(jobs[1..], scheduler.Admit());
        Assert.Equal(4, scheduler.Rows);
    }

    [Fact]
    public void What_is_beyond_every_limit_runs_alone()
    {
        var scheduler = new RowScheduler<Job>(new(2, 0, 100, 10));
        Job[] jobs = [new("a"), new("b", 50, Rows: 8, Tokens: 90), new("c")];
        scheduler.Add(_call, RequestPriority.Bulk, jobs);
        Assert.Equal([jobs[0]], scheduler.Admit());
        Assert.Empty(scheduler.Admit());
        scheduler.Release(jobs[0]);
        Assert.Equal([jobs[1]], scheduler.Admit());
        Assert.Equal(8, scheduler.RowLimit);
        Assert.Empty(scheduler.Admit());
        scheduler.Release(jobs[1]);
        Assert.Equal([jobs[2]], scheduler.Admit());
    }

    [Fact]
    public void A_call_that_is_withdrawn_waits_no_longer()
    {
        var scheduler = new RowScheduler<Job>(new(1, 0, Unlimited, 1000));
        Job[] first = [new("a1"), new("a2"), new("a3")];
        Job[] second = [new("b1"), new("b2")];
        var other = new object();
        scheduler.Add(_call, RequestPriority.Bulk, first);
        scheduler.Add(other, RequestPriority.Bulk, second);
        Assert.Equal([first[0]], scheduler.Admit());
        scheduler.Withdraw(_call);
        scheduler.Withdraw(new());
        Assert.Equal((2, 1), (scheduler.Waiting, scheduler.Running));

        scheduler.Release(first[0]);
        scheduler.Release(first[0]);
        Assert.Equal(0, scheduler.Rows);
        Assert.Equal([second[0]], scheduler.Admit());
        scheduler.Withdraw(other);
        scheduler.Release(second[0]);
        Assert.Empty(scheduler.Admit());
        Assert.Equal((0, 0), (scheduler.Waiting, scheduler.Running));
    }

    [Fact]
    public void Bulk_work_waits_until_several_rows_are_free_while_others_run()
    {
        var scheduler = new RowScheduler<Job>(new(80, 8, Unlimited, 1000, RowsTogether: 4));
        Job[] jobs = [.. Enumerable.Range(0, 90).Select(i => new Job($"{i}"))];
        scheduler.Add(_call, RequestPriority.Bulk, jobs[..85]);
        Assert.Equal(jobs[..80], scheduler.Admit());

        Array.ForEach(jobs[..3], scheduler.Release);
        Assert.Empty(scheduler.Admit());
        scheduler.Release(jobs[3]);
        Assert.Equal(jobs[80..84], scheduler.Admit());

        // The last one waits as well, and then does not wait for company.
        Array.ForEach(jobs[4..7], scheduler.Release);
        Assert.Empty(scheduler.Admit());
        scheduler.Release(jobs[7]);
        Assert.Equal([jobs[84]], scheduler.Admit());
    }

    [Fact]
    public void Bulk_work_begins_at_once_when_nothing_runs()
    {
        var scheduler = new RowScheduler<Job>(new(8, 0, Unlimited, 1000, RowsTogether: 8));
        Job[] jobs = [new("a"), new("b", Rows: 8)];
        scheduler.Add(_call, RequestPriority.Bulk, jobs);
        Assert.Equal([jobs[0]], scheduler.Admit());
        scheduler.Release(jobs[0]);
        Assert.Equal([jobs[1]], scheduler.Admit());
    }

    [Fact]
    public void Interactive_work_never_waits_for_several_rows()
    {
        var scheduler = new RowScheduler<Job>(new(80, 1, Unlimited, 1000, RowsTogether: 4));
        Job[] bulk = [.. Enumerable.Range(0, 81).Select(i => new Job($"{i}"))];
        Job[] interactive = [new("i", Priority: RequestPriority.Interactive), new("j", Priority: RequestPriority.Interactive)];
        scheduler.Add(_call, RequestPriority.Bulk, bulk);
        Assert.Equal(bulk[..80], scheduler.Admit());

        scheduler.Add(new(), RequestPriority.Interactive, interactive);
        Assert.Equal([interactive[0]], scheduler.Admit());
        scheduler.Release(bulk[0]);
        Assert.Equal([interactive[1]], scheduler.Admit());

        // The rows that they took are not free for bulk work.
        Array.ForEach(bulk[1..5], scheduler.Release);
        Assert.Empty(scheduler.Admit());
        scheduler.Release(interactive[0]);
        Assert.Equal([bulk[80]], scheduler.Admit());
    }

    [Fact]
    public void An_eighth_of_the_rows_is_enough_to_begin()
    {
        var scheduler = new RowScheduler<Job>(new(16, 0, Unlimited, 1000, RowsTogether: 32));
        Job[] jobs = [.. Enumerable.Range(0, 18).Select(i => new Job($"{i}"))];
        scheduler.Add(_call, RequestPriority.Bulk, jobs);
        Assert.Equal(jobs[..16], scheduler.Admit());

        scheduler.Release(jobs[0]);
        Assert.Empty(scheduler.Admit());
        scheduler.Release(jobs[1]);
        Assert.Equal(jobs[16..], scheduler.Admit());
    }

    [Fact]
    public void Where_the_cache_has_room_for_fewer_rows_an_eighth_of_those_is_enough()
    {
        var scheduler = new RowScheduler<Job>(new(1000, 0, 160, 1000, RowsTogether: 32));
        Job[] jobs = [.. Enumerable.Range(0, 18).Select(i => new Job($"{i}", Tokens: 10))];
        scheduler.Add(_call, RequestPriority.Bulk, jobs);
        Assert.Equal(jobs[..16], scheduler.Admit());

        scheduler.Release(jobs[0]);
        Assert.Empty(scheduler.Admit());
        scheduler.Release(jobs[1]);
        Assert.Equal(jobs[16..], scheduler.Admit());
    }

    [Theory]
    [InlineData(6, 300, 1)]
    [InlineData(31, 1500, 4)]
    public void Whatever_comes_and_goes_limits_hold_and_everything_runs_once(int rows, int cacheTokens, int rowsTogether)
    {
        var random = new Random(11);
        RowLimits limits = new(rows, 1, cacheTokens, 64, rowsTogether);
        var scheduler = new RowScheduler<Job>(limits);
        var running = new List<Job>();
        var begun = new List<Job>();
        var added = 0;
        for (var step = 0; step < 3000 || scheduler.Waiting + running.Count > 0; step++)
        {
            if (step < 3000 && random.Next(4) == 0)
            {
                var priority = random.Next(5) == 0 ? RequestPriority.Interactive : RequestPriority.Bulk;
                Job[] jobs = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Any(random, priority))];
                scheduler.Add(new(), priority, jobs);
                added += jobs.Length;
            }

            var admitted = scheduler.Admit();
            running.AddRange(admitted);
            begun.AddRange(admitted);
            Assert.Equal((running.Count, running.Sum(job => job.Rows)), (scheduler.Running, scheduler.Rows));
            Assert.True(running.Count > 0 || scheduler.Waiting == 0, "Something waits and nothing runs.");
            Assert.True(admitted.Count < 2 || admitted.Sum(job => job.PromptTokens) <= limits.PromptTokens);
            if (running.Count > 1)
            {
                Assert.InRange(scheduler.Rows, 2, limits.Rows + limits.InteractiveRows);
                Assert.InRange(scheduler.Rows * (long)running.Max(job => job.Tokens), 1, limits.CacheTokens);
            }

            foreach (var ended in running.Where(_ => random.Next(3) == 0).ToList())
            {
                running.Remove(ended);
                scheduler.Release(ended);
            }
        }

        Assert.Equal(added, begun.Count);
        Assert.Equal(added, begun.Distinct().Count());
    }

    private static Job Any(Random random, RequestPriority priority)
    {
        var prompt = random.Next(1, 60);
        return new("any", prompt, random.Next(1, 4), prompt + random.Next(1, 40), priority);
    }

    // A class, so that two jobs are two.
    private sealed class Job(
        string name, int promptTokens = 1, int Rows = 1, int Tokens = 2, RequestPriority Priority = RequestPriority.Bulk) : IRowJob
    {
        public int Rows { get; } = Rows;

        public int PromptTokens { get; } = promptTokens;

        public int Tokens { get; } = Tokens;

        public RequestPriority Priority { get; } = Priority;

        public override string ToString() => name;
    }
}
