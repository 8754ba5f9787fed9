using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>One after the other: some take the servers away that all of them share.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EndToEndTests : ICollectionFixture<BrokerFixture>
{
    public const string Name = "end to end";
}
