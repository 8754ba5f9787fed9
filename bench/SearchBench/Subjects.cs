using Pipeline.Inference;
using Pipeline.Inference.Recipes;
using Pipeline.LoadTest;

namespace Pipeline.SearchBench;

/// <summary>The two kinds of vectors that are measured.</summary>
internal static class Subjects
{
    public const int Dimensions = 1024;
    private const int Queries = 200;
    private const int Clusters = 2000;
    private const int Window = 500;
    private const float Spread = 0.7f;

    /// <summary>Generated work orders through the hashing embedder; queries are one-sentence descriptions of other work orders.</summary>
    public static async Task<Subject> TicketsAsync(int count)
    {
        var embedder = EngineFactory.Baselines.CreateEmbedder(BuiltInRecipes.Hashing);
        var queries = new WorkOrderGenerator(seed: 2);
        return new(StoredAsync(embedder, count), await EmbedAsync(embedder, [.. Enumerable.Range(1, Queries).Select(number => queries.Next(number).Reference)]));
    }

    /// <summary>Points around random centres, as dense models place texts of one topic; queries are further points around the same centres.</summary>
    public static Subject Clustered(int count)
    {
        var random = new Random(1);
        var centres = Enumerable.Range(0, Clusters).Select(_ => Point(random, null)).ToArray();
        return new(
            Enumerable.Range(0, count).Select(_ => Point(random, centres[random.Next(Clusters)])).ToAsyncEnumerable(),
            [.. Enumerable.Range(0, Queries).Select(seed => new Random(1000 + seed)).Select(own => Point(own, centres[own.Next(Clusters)]))]);
    }

    private static async IAsyncEnumerable<float[]> StoredAsync(IEmbedder embedder, int count)
    {
        var orders = new WorkOrderGenerator(seed: 1);
        for (var done = 0; done < count; done += Window)
        {
            foreach (var vector in await EmbedAsync(embedder, [.. Enumerable.Range(done + 1, Math.Min(Window, count - done)).Select(number => orders.Next(number).Text)]))
            {
                yield return vector;
            }
        }
    }

    private static async Task<float[][]> EmbedAsync(IEmbedder embedder, IReadOnlyList<string> texts)
    {
        var vectors = new float[texts.Count][];
        await foreach (var outcome in embedder.EmbedAsync(texts, CancellationToken.None))
        {
            vectors[outcome.Index] = outcome.Value?.Values ?? throw new InvalidOperationException("A work order has no vector.");
        }

        return vectors;
    }

    // A direction drawn evenly from the sphere; with a centre, that much beside it.
    private static float[] Point(Random random, float[]? centre)
    {
        var values = new float[Dimensions];
        for (var i = 0; i < Dimensions; i++)
        {
            // Sum of twelve: near enough to a normal distribution.
            var normal = -6.0f;
            for (var j = 0; j < 12; j++)
            {
                normal += random.NextSingle();
            }

            values[i] = centre is null ? normal : centre[i] + (Spread * normal / MathF.Sqrt(Dimensions));
        }

        var norm = MathF.Sqrt(values.Sum(value => value * value));
        return Array.ConvertAll(values, value => value / norm);
    }
}
