using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Ledger;

public sealed class ConcurrencyTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submissions_with_new_embedders_and_a_settling_worker_never_lose_the_embedding_of_a_summary()
    {
        const int Rounds = 50;
        const int Texts = 4;
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var (second, third) = (await world.RecipeAsync("embed"), await world.RecipeAsync("embed"));
        for (var round = 0; round < Rounds; round++)
        {
            var mark = $"round {round}";
            var documents = world.Documents(Texts, mark);
            await world.LoadAsync(documents, world.Submission(mark));
            var chunk = await world.TakeAsync();

            // All three meet at the same rows; a deadlock is an outage like any other and is repeated by everyone who gets one.
            await Task.WhenAll(
                Retry(() => world.LoadAsync(documents, world.Submission(mark + "b", embedder: second))),
                Retry(() => world.SettleAsync(chunk, chunk.Together)),
                Retry(() => world.LoadAsync(documents, world.Submission(mark + "c", embedder: third))));
        }

        Assert.Equal(Rounds * Texts, await world.DataSource.ScalarAsync<long>(
            "select count(*) from pipeline.summaries where recipe_id = $1", world.SummarizerId));
        Assert.Equal(0, await world.DataSource.ScalarAsync<long>("""
            select count(*) from pipeline.summaries s cross join pipeline.recipes r
            where s.recipe_id = $1 and r.id = any($2)
              and not exists (select from pipeline.work_items w where w.recipe_id = r.id and w.text_id = s.summary_text_id)
            """, world.SummarizerId, new[] { world.EmbedderId, second, third }));

        static Task Retry(Func<Task> action) => LedgerWorld.Outages.RunAsync(async _ => await action(), Token);
    }

    [Fact]
    public async Task The_counts_of_a_batch_add_up_at_every_moment_of_the_work()
    {
        const int Documents = 14_500;
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var batch = await world.LoadAsync(world.Documents(Documents));
        var reports = new BatchReports(world.DataSource);
        var runner = world.Runner(FakeEngine.Of((i, text, _) => text.EndsWith('7')
            ? Task.FromResult<Storage.Ledger.WorkOutcome<Storage.Results.SummaryRecord>>(new(i, null, new("unfit", "It is unfit", IsFinal: true)))
            : Task.FromResult(FakeEngine.Done(i, text))));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var chunks = await world.FormAsync(chunkSize: 64, maxChunks: 60);
        var work = Parallel.ForEachAsync(
            chunks, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = Token },
            async (chunk, token) => await runner.RunAsync(chunk.Id, "worker", token));
        var intake = Task.Run(
            async () =>
            {
                for (var i = 0; !enough.IsCancellationRequested; i++)
                {
                    await LedgerWorld.Outages.RunAsync(_ => world.LoadAsync(world.Documents(200), world.Submission($"again {i}")), Token);
                }
            },
            Token);

        var seen = new List<BatchProgressRow>();
        do
        {
            seen.Add(Assert.Single(await reports.ProgressAsync(batch.Id, 0, Token)));
        }
        while (!work.IsCompleted);
        await work;
        await enough.CancelAsync();
        await intake;

        seen.Add(Assert.Single(await reports.ProgressAsync(batch.Id, 0, Token)));
        Assert.All(seen, row =>
        {
            Assert.Equal(Documents, row.Accepted);
            Assert.Equal(Documents, row.Pending + row.Running + row.Done + row.Rejected + row.Quarantined + row.Cancelled);
            Assert.True(row.Pending > 10_000, $"{row.Pending}");
        });
        Assert.Equal(chunks.Sum(chunk => chunk.TextIds.Length), seen[^1].Summarized + seen[^1].Rejected);
        Assert.True(seen[^1].Rejected > 0);
    }
}
