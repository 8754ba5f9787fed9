using Pipeline.Storage.Search;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Search;

public sealed class DocumentGroupsTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sources_and_categories_are_listed_once_each_in_order_and_by_tenant()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        string?[] categories = ["网络", "b", "a", null, "b"];
        var submission = world.Submission() with { Tenant = "listed" };
        await world.LoadAsync(world.Documents(5).Select((document, i) => document with { Category = categories[i] }), submission);
        await world.LoadAsync(world.Documents(1), world.Submission("other") with { Tenant = "listed", Source = "another" });
        var groups = new DocumentGroups(database.DataSource);

        Assert.Equal(["a", "b", "网络"], await groups.ListAsync("listed", DocumentGroup.Category, 10, Token));
        Assert.Equal(["a", "b"], await groups.ListAsync("listed", DocumentGroup.Category, 2, Token));
        Assert.Equal(new[] { "another", submission.Source }.Order(), (await groups.ListAsync("listed", DocumentGroup.Source, 10, Token)).Order());
        Assert.True(await groups.HasAsync("listed", DocumentGroup.Category, "网络", Token));
        Assert.False(await groups.HasAsync("listed", DocumentGroup.Category, "c", Token));
        Assert.True(await groups.HasAsync("listed", DocumentGroup.Source, "another", Token));
        Assert.False(await groups.HasAsync("nobody", DocumentGroup.Category, "网络", Token));
        Assert.Empty(await groups.ListAsync("nobody", DocumentGroup.Category, 10, Token));
    }

    [Fact]
    public async Task A_document_keeps_its_category_until_another_is_submitted()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var document = world.Documents(1)[0];
        await world.LoadAsync([document with { Category = "first" }]);
        await world.LoadAsync([document], world.Submission("without"));
        Assert.Equal("first", await CategoryAsync(world));

        var last = await world.LoadAsync([document with { Category = "second" }], world.Submission("with"));

        Assert.Equal("second", await CategoryAsync(world));
        Assert.Equal(
            [$"1|{document.ExternalId}|second"],
            await database.DataSource.ColumnAsync<string>("select concat_ws('|', line, id, category) from pipeline.line_categories where batch_id = $1", last.Id));
    }

    private Task<string> CategoryAsync(LedgerWorld world) =>
        database.DataSource.ScalarAsync<string>("select category from pipeline.documents where source = $1", world.Submission().Source);
}
