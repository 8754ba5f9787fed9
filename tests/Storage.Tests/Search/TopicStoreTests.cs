using Pipeline.Storage.Search;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Search;

public sealed class TopicStoreTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static readonly string s_one = new('1', 64);
    private static readonly string s_two = new('2', 64);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Topics_are_remembered_for_each_model_and_go_with_their_texts()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var documents = world.Documents(3);
        var batch = await world.LoadAsync(documents);
        var ids = (await database.DataSource.ColumnAsync<long>(
            "select d.text_id from pipeline.batch_items i join pipeline.documents d on d.id = i.document_id where i.batch_id = $1 order by i.line", batch.Id)).ToList();
        var store = new TopicStore(database.DataSource);
        var (first, second) = (await store.ClassifierAsync("topics", s_one, Token), await store.ClassifierAsync("topics", s_two, Token));
        long gone = ids.Max() + 1_000_000;

        await store.AddAsync(first, [new(ids[0], "网络", 0.75), new(ids[1], "电力", 1), new(gone, "电力", 1)], Token);
        await store.AddAsync(first, [new(ids[0], "another", 0.1)], Token);

        Assert.NotEqual(first, second);
        Assert.Equal(first, await store.ClassifierAsync("renamed", s_one, Token));
        Assert.Equal(
            new[] { new TextTopic(ids[0], "网络", 0.75), new TextTopic(ids[1], "电力", 1) }.OrderBy(topic => topic.TextId),
            (await store.FindAsync(first, [.. ids, gone], Token)).OrderBy(topic => topic.TextId));
        Assert.Empty(await store.FindAsync(second, ids, Token));
        Assert.Equal(
            new[] { (ids[0], documents[0].Text), (ids[2], documents[2].Text) }.Order(), await store.TextsAsync([ids[2], ids[0], gone], 1000, Token));
        Assert.Equal([(ids[0], documents[0].Text[..5])], await store.TextsAsync([ids[0]], 5, Token));

        await database.DataSource.ExecuteAsync("delete from pipeline.batch_items where batch_id = $1", batch.Id);
        await database.DataSource.ExecuteAsync("delete from pipeline.documents where text_id = $1", ids[0]);
        await database.DataSource.ExecuteAsync("delete from pipeline.texts where id = $1", ids[0]);

        Assert.Equal([ids[1]], (await store.FindAsync(first, ids, Token)).Select(topic => topic.TextId));
    }
}
