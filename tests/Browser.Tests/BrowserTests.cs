namespace Pipeline.Browser.Tests;

/// <summary>All tests share one installation and one browser, and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<DashboardWorld>
{
    public const string Name = "browser";
}
