using System.Collections.Concurrent;
using System.Globalization;
using Pipeline.Storage.Ledger;
using Pipeline.Storage.Results;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Ledger;

public sealed class ChunkRunnerTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_text_of_32_that_throws_is_quarantined_after_three_attempts_and_31_are_done()
    {
        var world = await LoadedAsync(32);
        var runs = new ConcurrentDictionary<string, int>();
        var settled = await world.RunUntilNothingIsPendingAsync(world.Runner(FakeEngine.Of((i, text, _) =>
        {
            runs.AddOrUpdate(text, 1, (_, n) => n + 1);
            return text.EndsWith(" 17", StringComparison.Ordinal)
                ? throw new InvalidDataException("secret ticket text")
                : Task.FromResult(FakeEngine.Done(i, text));
        })));

        Assert.Equal("done 31, quarantined 1", await world.StatesAsync());
        Assert.Equal(3, runs.Single(run => run.Key.EndsWith(" 17", StringComparison.Ordinal)).Value);
        Assert.All(runs, run => Assert.InRange(run.Value, 1, 3));
        Assert.Equal(0, await world.ChunksAsync());
        Assert.True(settled >= 32);

        // The message of an exception can quote the text, so only its type is kept.
        Assert.Equal("The engine failed with InvalidDataException", await world.DataSource.ScalarAsync<string>(
            "select error_reason from pipeline.work_items where recipe_id = $1 and state = 'quarantined'", world.SummarizerId));
    }

    [Fact]
    public async Task The_time_that_texts_take_sizes_the_next_chunks()
    {
        var world = await LoadedAsync(24);
        var time = new ManualTime();
        var seconds = 10;
        var runner = world.Runner(
            FakeEngine.Of((i, text, _) =>
            {
                time.Advance(TimeSpan.FromSeconds(seconds));
                return Task.FromResult(FakeEngine.Done(i, text));
            }),
            time: time);

        await RunAsync(4);
        Assert.Equal(6, await ChunkSizeAsync());

        // A mean: the newest chunk counts three tenths, so 10 and 2 seconds make 7.6.
        seconds = 2;
        await RunAsync(4);
        Assert.Equal(7, await ChunkSizeAsync());

        // One text at least, and 64 at most.
        await world.Work.RecordRateAsync(world.SummarizerId, 1000, Token);
        Assert.Equal(1, await ChunkSizeAsync());
        await world.Work.RecordRateAsync(world.SummarizerId, 0, Token);
        Assert.Equal(64, await ChunkSizeAsync());

        async Task<int> RunAsync(int size) =>
            await runner.RunAsync((await world.FormAsync(chunkSize: size, maxChunks: 1))[0].Id, "worker", Token);

        async Task<int> ChunkSizeAsync() =>
            (await world.Dispatch.ReadyRecipesAsync("summarize", Token)).Single(recipe => recipe.RecipeId == world.SummarizerId).ChunkSize;
    }

    [Fact]
    public async Task A_chunk_with_a_failure_says_nothing_about_the_time_that_texts_take()
    {
        var world = await LoadedAsync(8);
        var time = new ManualTime();
        var runner = world.Runner(
            FakeEngine.Of((i, text, _) =>
            {
                time.Advance(TimeSpan.FromSeconds(10));
                return i == 1 ? throw new InvalidDataException() : Task.FromResult(FakeEngine.Done(i, text));
            }),
            time: time);

        await runner.RunAsync((await world.FormAsync(chunkSize: 4, maxChunks: 1))[0].Id, "worker", Token);

        Assert.Equal(0.01f, await world.DataSource.ScalarAsync<float>("select seconds_per_text from pipeline.recipes where id = $1", world.SummarizerId));
    }

    [Fact]
    public async Task A_recipe_that_is_submitted_again_keeps_what_was_measured()
    {
        var world = await LoadedAsync(1);
        await world.Work.RecordRateAsync(world.SummarizerId, 30, Token);
        var name = await world.DataSource.ScalarAsync<string>("select name from pipeline.recipes where id = $1", world.SummarizerId);

        Assert.Equal(world.SummarizerId, await world.RecipeAsync("summarize", name: name));

        Assert.Equal(30, await world.DataSource.ScalarAsync<float>("select seconds_per_text from pipeline.recipes where id = $1", world.SummarizerId));
    }

    [Fact]
    public async Task An_engine_that_is_to_blame_itself_ends_the_chunk_and_costs_no_text_an_attempt()
    {
        var world = await LoadedAsync(4);
        var runner = world.Runner(
            FakeEngine.Of((i, text, _) => i == 1 ? throw new TimeZoneNotFoundException() : Task.FromResult(FakeEngine.Done(i, text))),
            isFaultOfTheEngine: exception => exception is TimeZoneNotFoundException);

        var id = (await world.FormAsync())[0].Id;
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => runner.RunAsync(id, "worker", Token));
        Assert.Equal(["done/1", "pending/0", "pending/0", "pending/0"], await world.ItemsAsync());
        Assert.Equal(0, await world.ChunksAsync());

        // Nor one that runs alone, and the rest of those is not begun.
        var again = (await world.FormAsync())[0].Id;
        await world.TakeAsync(again);
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => world.Runner((_, _, _) => throw new TimeZoneNotFoundException(),
            isFaultOfTheEngine: exception => exception is TimeZoneNotFoundException).RunAsync(again, "worker", Token));
        Assert.Equal(["done/1", "pending/1", "pending/1", "pending/1"], await world.ItemsAsync());
    }

    [Fact]
    public async Task An_engine_that_fails_as_a_whole_quarantines_after_three_attempts()
    {
        var world = await LoadedAsync(3);
        await world.RunUntilNothingIsPendingAsync(world.Runner((_, _, _) => throw new DllNotFoundException()));

        Assert.Equal(Enumerable.Repeat("quarantined/3/engine-error", 3), await world.ItemsAsync());
    }

    [Fact]
    public async Task An_engine_that_ends_without_an_answer_is_noticed()
    {
        var world = await LoadedAsync(2);
        await world.RunUntilNothingIsPendingAsync(world.Runner((_, _, _) => AsyncEnumerable.Empty<WorkOutcome<SummaryRecord>>()));

        Assert.Equal(Enumerable.Repeat("quarantined/3/no-outcome", 2), await world.ItemsAsync());
    }

    [Fact]
    public async Task A_text_that_hangs_times_out_and_its_neighbours_are_done()
    {
        var world = await LoadedAsync(8);
        await world.RunUntilNothingIsPendingAsync(world.Runner(
            FakeEngine.Of(async (i, text, cancellationToken) =>
            {
                await Task.Delay(text.EndsWith(" 3", StringComparison.Ordinal) ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken);
                return FakeEngine.Done(i, text);
            }),
            deadline: TimeSpan.FromMilliseconds(200)));

        Assert.Equal("done 7, quarantined 1", await world.StatesAsync());
        Assert.Contains("quarantined/3/timeout", await world.ItemsAsync());
    }

    [Fact]
    public async Task A_stop_keeps_what_is_finished_and_returns_the_rest_uncounted()
    {
        var world = await LoadedAsync(32);
        using var stopping = new CancellationTokenSource();
        var runner = world.Runner(FakeEngine.Of(async (i, text, cancellationToken) =>
        {
            if (i == 10)
            {
                await stopping.CancelAsync();
            }

            cancellationToken.ThrowIfCancellationRequested();
            return FakeEngine.Done(i, text);
        }));

        Assert.Equal(10, await runner.RunAsync((await world.FormAsync())[0].Id, "worker", stopping.Token));
        Assert.Equal([.. Enumerable.Repeat("done/1", 10), .. Enumerable.Repeat("pending/0", 22)], await world.ItemsAsync());
        Assert.Equal(0, await world.ChunksAsync());
    }

    [Fact]
    public async Task A_stop_between_texts_that_run_alone_keeps_the_attempts_of_the_rest()
    {
        var world = await LoadedAsync(4);
        var id = (await world.FormAsync())[0].Id;
        await world.TakeAsync(id);
        using var stopping = new CancellationTokenSource();
        var runner = world.Runner(FakeEngine.Of(async (i, text, _) =>
        {
            await stopping.CancelAsync();
            return FakeEngine.Done(i, text);
        }));

        Assert.Equal(1, await runner.RunAsync(id, "worker", stopping.Token));
        Assert.Equal(["done/2", "pending/1", "pending/1", "pending/1"], await world.ItemsAsync());
    }

    [Fact]
    public async Task A_chunk_whose_time_is_up_returns_the_rest_uncounted()
    {
        var world = await LoadedAsync(3);
        var runner = world.Runner(
            FakeEngine.Of(async (i, text, cancellationToken) =>
            {
                await Task.Delay(i == 0 ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, cancellationToken);
                return FakeEngine.Done(i, text);
            }),
            budget: TimeSpan.FromMilliseconds(300));

        Assert.Equal(1, await runner.RunAsync((await world.FormAsync())[0].Id, "worker", Token));
        Assert.Equal(["done/1", "pending/0", "pending/0"], await world.ItemsAsync());
        Assert.Equal(0, await world.ChunksAsync());
    }

    [Fact]
    public async Task An_engine_that_neither_answers_nor_heeds_its_cancellation_is_reported()
    {
        var world = await LoadedAsync(1);
        var hung = new TaskCompletionSource<long>();
        var release = new TaskCompletionSource();
        var runner = world.Runner(
            FakeEngine.Of(async (i, text, _) =>
            {
                await release.Task;
                return FakeEngine.Done(i, text);
            }),
            deadline: TimeSpan.FromMilliseconds(50), lease: TimeSpan.FromMilliseconds(150), onHang: hung.SetResult);
        var id = (await world.FormAsync())[0].Id;
        var running = runner.RunAsync(id, "worker", Token);

        Assert.Equal(id, await hung.Task.WaitAsync(TimeSpan.FromSeconds(20), Token));
        release.SetResult();
        await running;
    }

    [Fact]
    public async Task The_result_of_a_text_that_runs_alone_is_committed_before_the_next_one_begins()
    {
        var world = await LoadedAsync(4);
        var id = (await world.FormAsync())[0].Id;
        await world.TakeAsync(id);
        var seen = new List<string>();
        var runner = world.Runner(FakeEngine.Of(async (i, text, _) =>
        {
            seen.Add(string.Join(' ', await world.ItemsAsync()));
            return FakeEngine.Done(i, text);
        }));

        await runner.RunAsync(id, "worker", Token);

        // Were the process killed in the last one, only that one would have an attempt more.
        Assert.Equal("running/2 pending/1 pending/1 pending/1", seen[0]);
        Assert.Equal("done/2 done/2 done/2 running/2", seen[3]);
    }

    [Fact]
    public async Task A_text_that_runs_alone_has_the_process_to_itself()
    {
        var world = await LoadedAsync(40);
        var chunks = await world.FormAsync(chunkSize: 10);
        await world.TakeAsync(chunks[0].Id);
        await world.TakeAsync(chunks[1].Id);
        var (running, overlaps) = (0, 0);
        var runner = world.Runner((_, texts, cancellationToken) => FakeEngine.Of(async (i, text, _) =>
        {
            var others = Interlocked.Increment(ref running) - 1;
            if (texts.Count == 1 && others > 0)
            {
                Interlocked.Increment(ref overlaps);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), Token);
            if (texts.Count == 1 && Volatile.Read(ref running) > 1)
            {
                Interlocked.Increment(ref overlaps);
            }

            Interlocked.Decrement(ref running);
            return FakeEngine.Done(i, text);
        })(0, texts, cancellationToken));

        await Task.WhenAll(chunks.Select(chunk => runner.RunAsync(chunk.Id, "worker", Token)));

        Assert.Equal("done 40", await world.StatesAsync());
        Assert.Equal(0, overlaps);
    }

    [Fact]
    public async Task Fresh_chunks_run_side_by_side()
    {
        var world = await LoadedAsync(20);
        var chunks = await world.FormAsync(chunkSize: 10);
        var bothRun = new TaskCompletionSource();
        var started = 0;
        var runner = world.Runner(FakeEngine.Of(async (i, text, _) =>
        {
            if (i == 0 && Interlocked.Increment(ref started) == 2)
            {
                bothRun.SetResult();
            }

            await bothRun.Task.WaitAsync(TimeSpan.FromMinutes(1), Token);
            return FakeEngine.Done(i, text);
        }));

        await Task.WhenAll(chunks.Select(chunk => runner.RunAsync(chunk.Id, "worker", Token)));

        Assert.Equal("done 20", await world.StatesAsync());
    }

    [Fact]
    public async Task A_stale_message_does_nothing()
    {
        var world = await LoadedAsync(1);
        var runner = world.Runner(FakeEngine.Of((_, _, _) => throw new InvalidOperationException("The engine must not run.")));

        Assert.Equal(0, await runner.RunAsync(long.MaxValue, "worker", Token));
        Assert.Equal(["pending/0"], await world.ItemsAsync());
    }

    [Fact]
    public async Task A_message_that_is_delivered_twice_at_once_computes_nothing_wrong()
    {
        var world = await LoadedAsync(16);
        var runner = world.Runner(FakeEngine.Of(async (i, text, _) =>
        {
            await Task.Yield();
            return FakeEngine.Done(i, text);
        }));
        var id = (await world.FormAsync())[0].Id;
        await Task.WhenAll(runner.RunAsync(id, "a", Token), runner.RunAsync(id, "b", Token));
        await world.RunUntilNothingIsPendingAsync(runner);

        Assert.Equal("done 16", await world.StatesAsync());
        Assert.Equal(16, await world.DataSource.ScalarAsync<long>("select count(*) from pipeline.summaries where recipe_id = $1", world.SummarizerId));
        Assert.Equal(0, await world.ChunksAsync());
    }

    [Fact]
    public async Task Finished_texts_are_committed_while_others_still_run()
    {
        var world = await LoadedAsync(3);
        var runner = world.Runner(FakeEngine.Of(async (i, text, _) =>
        {
            if (i == 2)
            {
                await Eventually.TrueAsync(
                    async () => (await world.ItemsAsync())[0] == "done/1", TimeSpan.FromSeconds(20), () => "the first text is not committed");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(60), Token);
            return FakeEngine.Done(i, text);
        }));

        await world.RunUntilNothingIsPendingAsync(runner);

        Assert.Equal("done 3", await world.StatesAsync());
    }

    private async Task<LedgerWorld> LoadedAsync(int texts)
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        await world.LoadAsync(Enumerable.Range(1, texts).Select(i => Backlog.Document(
            i, i.ToString(CultureInfo.InvariantCulture), $"{world.Queue} {i}")));
        return world;
    }
}
