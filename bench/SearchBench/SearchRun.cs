using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Pgvector;
using Pipeline.Storage;
using Pipeline.Storage.Intake;
using Pipeline.Storage.Rows;
using Pipeline.Storage.Search;
using Pipeline.Storage.Vectors;

namespace Pipeline.SearchBench;

/// <summary>Loads vectors as documents of a tenant, builds the index, and compares searches by index with exact ones.</summary>
internal sealed class SearchRun(NpgsqlDataSource dataSource)
{
    private const string Tenant = "bench";
    private const int Window = 1000;
    private const int Candidates = 100;
    private const int Top = 10;
    private const double Tie = 1e-6;
    // The product's, as Pipeline:Search has them.
    private const int Effort = 100;
    private const int ExactLimit = 2000;
    private static readonly int[] s_efforts = [20, 40, 64, Effort, 200];

    // A category for every so many documents; the first that divides a document's number is its own.
    private static readonly (string Name, int Each)[] s_categories = [("one in 5,000", 5000), ("one in 500", 500), ("one in 60", 60), ("one in 10", 10), ("half", 2)];

    /// <summary>Runs everything and prints a table in Markdown.</summary>
    public async Task RunAsync(Subject subject)
    {
        var embedder = await new RecipeRegistry(dataSource).EnsureAsync(
            new RecipeRow
            {
                Name = "bench", Stage = "embed", Engine = "bench", Definition = "{}", Sha256 = SHA256.HashData([1]), Dimensions = Subjects.Dimensions, SecondsPerText = 1,
            },
            CancellationToken.None);
        var count = await LoadAsync(embedder.Id, subject.Stored);
        var indexes = new VectorIndexes(dataSource, TimeProvider.System);
        var row = (await indexes.ListAsync(CancellationToken.None)).Single(index => index.EmbedderId == embedder.Id);
        var build = await indexes.BuildAsync(row, 2L << 30, _ => { }, new Progress<(string, int?)>(), CancellationToken.None);
        Console.WriteLine($"{count:N0} vectors, {subject.Queries.Count} queries; index {build.IndexBytes / 1e6:0} MB, built in {build.Elapsed.TotalSeconds:0} s\n");

        var reader = new SearchReader(dataSource);
        Console.WriteLine("| way | recall@10 | worst query | p50, ms | p95, ms | p99, ms |\n| --- | --: | --: | --: | --: | --: |");
        var scope = new SearchScope(Tenant);
        var (truth, exactTimes) = await MeasureAsync(reader, embedder.Id, subject.Queries, scope, Effort, exactLimit: int.MaxValue - 1);
        Console.WriteLine($"| exact | 1 | 1 | {Show(exactTimes)} |");
        foreach (var ef in s_efforts)
        {
            await MeasureAsync(reader, embedder.Id, subject.Queries, scope, ef, exactLimit: 0);
            var (found, times) = await MeasureAsync(reader, embedder.Id, subject.Queries, scope, ef, exactLimit: 0);
            var recalls = truth.Zip(found, Recall).ToList();
            Console.WriteLine($"| index, ef_search {ef} | {recalls.Average():0.0000} | {recalls.Min():0.0} | {Show(times)} |");
        }

        await FilterAsync(reader, embedder.Id, subject.Queries);
    }

    /// <summary>The same within a category, by the way that the product takes.</summary>
    private async Task FilterAsync(SearchReader reader, int embedderId, IReadOnlyList<float[]> queries)
    {
        Console.WriteLine("\n| category | documents | compared exactly | recall@10 | worst query | p50, ms | p95, ms | p99, ms |\n| --- | --: | --: | --: | --: | --: | --: | --: |");
        foreach (var (name, _) in s_categories)
        {
            var scope = new SearchScope(Tenant, Category: name);
            var (truth, _) = await MeasureAsync(reader, embedderId, queries, scope, Effort, exactLimit: int.MaxValue - 1);
            await MeasureAsync(reader, embedderId, queries, scope, Effort, ExactLimit);
            var (found, times) = await MeasureAsync(reader, embedderId, queries, scope, Effort, ExactLimit);
            var recalls = truth.Zip(found, Recall).ToList();
            await using var count = dataSource.CreateCommand("select count(*) from pipeline.documents where category = $1");
            count.Parameters.Add(new() { Value = name });
            Console.WriteLine(
                $"| {name} | {await count.ExecuteScalarAsync():N0} | {found.Count(result => result.IsExact) / (double)found.Count:P0} | {recalls.Average():0.0000} "
                + $"| {recalls.Min():0.0} | {Show(times)} |");
        }
    }

    private static string? Category(int number) => s_categories.FirstOrDefault(category => number % category.Each == 0).Name;

    private static async Task<(List<SearchCandidates> Found, List<double> Milliseconds)> MeasureAsync(
        SearchReader reader, int embedderId, IReadOnlyList<float[]> queries, SearchScope scope, int ef, int exactLimit)
    {
        var (found, times) = (new List<SearchCandidates>(), new List<double>());
        foreach (var query in queries)
        {
            var started = Stopwatch.GetTimestamp();
            var result = await reader.NearestAsync(embedderId, query, scope, new SearchTuning(Candidates, ef, exactLimit, WithVectors: false), CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            // Without a filter it is known which way it goes.
            found.Add(scope.Category is not null || result.IsExact == (exactLimit > 0) ? result : throw new InvalidOperationException("The search went the other way."));
        }

        return (found, times);
    }

    // Texts as near as the tenth are as good as it.
    private static double Recall(SearchCandidates truth, SearchCandidates found)
    {
        var most = Math.Min(Top, truth.Texts.Count);
        var least = truth.Texts[most - 1].Similarity - Tie;
        return found.Texts.Take(most).Count(text => text.Similarity >= least) / (double)most;
    }

    private static string Show(List<double> times)
    {
        var sorted = times.Order().ToList();
        double At(double share) => sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)];
        return $"{At(0.5):0.0} | {At(0.95):0.0} | {At(0.99):0.0}";
    }

    private async Task<int> LoadAsync(int embedderId, IAsyncEnumerable<float[]> vectors)
    {
        var intake = new BatchIntake(dataSource);
        var submission = new BatchSubmission(Tenant, null, "bench", SHA256.HashData([2]), embedderId, []);
        var batch = await intake.OpenAsync(submission, CancellationToken.None);
        var count = 0;
        await foreach (var window in vectors.Chunk(Window))
        {
            var documents = window.Select((_, i) => $"{count + i + 1}").Select((id, i) => new IntakeDocument(count + i + 1, id, id, SHA256.HashData(Encoding.UTF8.GetBytes(id)), null)
            {
                Category = Category(count + i + 1),
            }).ToList();
            await intake.WriteAsync(batch.Id, submission, documents, [], CancellationToken.None);
            await using var command = dataSource.CreateCommand("""
                insert into pipeline.embeddings (recipe_id, text_id, vector)
                select $1, t.id, v.vector from unnest($2::bytea[], $3::halfvec[]) as v(sha256, vector) join pipeline.texts t using (sha256)
                """);
            command.Parameters.Add(new() { Value = embedderId });
            command.Parameters.Add(new() { Value = documents.Select(document => document.TextSha256).ToArray() });
            command.Parameters.Add(new() { Value = window.Select(vector => new HalfVector(Array.ConvertAll(vector, value => (Half)value))).ToArray() });
            await command.ExecuteNonQueryAsync();
            count += window.Length;
        }

        await intake.CloseAsync(batch.Id, CancellationToken.None);
        return count;
    }
}
