using Pipeline.Inference.Tokenization.Vocabularies;

namespace Pipeline.Inference.Tests.Tokenization;

public sealed class PairTableTests
{
    [Fact]
    public void It_holds_what_a_dictionary_holds()
    {
#pragma warning disable CA5394 // Repeatable test data, not secrets.
        var random = new Random(2);
        var table = new PairTable();
        var expected = new Dictionary<(int, int), int>();
        for (var i = 0; i < 20_000; i++)
        {
            var (first, second) = (random.Next(300), random.Next(random.Next(2) == 0 ? 300 : int.MaxValue));
            var value = i;
            Assert.Equal(expected.TryAdd((first, second), i), table.TryAdd(first, second, ref value));
            Assert.Equal(expected[(first, second)], value);
        }
#pragma warning restore CA5394

        Assert.All(expected, entry => Assert.Equal(entry.Value, table.Find(entry.Key.Item1, entry.Key.Item2)));
        Assert.Equal(-1, table.Find(300, 0));
        Assert.Equal(-1, new PairTable().Find(0, 0));
    }
}
