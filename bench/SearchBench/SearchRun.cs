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
    private static readonly int[] s_efforts = [20, 40, 64, 100, 200];

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
        var (truth, exactTimes) = await MeasureAsync(reader, embedder.Id, subject.Queries, ef: 100, exactLimit: int.MaxValue - 1);
        Console.WriteLine($"| exact | 1 | 1 | {Show(exactTimes)} |");
        foreach (var ef in s_efforts)
        {
            await MeasureAsync(reader, embedder.Id, subject.Queries, ef, exactLimit: 0);
            var (found, times) = await MeasureAsync(reader, embedder.Id, subject.Queries, ef, exactLimit: 0);
            var recalls = truth.Zip(found, Recall).ToList();
            Console.WriteLine($"| index, ef_search {ef} | {recalls.Average():0.0000} | {recalls.Min():0.0} | {Show(times)} |");
        }
    }

    private static async Task<(List<SearchCandidates> Found, List<double> Milliseconds)> MeasureAsync(
        SearchReader reader, int embedderId, IReadOnlyList<float[]> queries, int ef, int exactLimit)
    {
        var (found, times) = (new List<SearchCandidates>(), new List<double>());
        foreach (var query in queries)
        {
            var started = Stopwatch.GetTimestamp();
            var result = await reader.NearestAsync(embedderId, query, new SearchScope(Tenant), new SearchTuning(Candidates, ef, exactLimit, WithVectors: false), CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            found.Add(result.IsExact == (exactLimit > 0) ? result : throw new InvalidOperationException("The search went the other way."));
        }

        return (found, times);
    }

    // Texts as near as the tenth are as good as it.
    private static double Recall(SearchCandidates truth, SearchCandidates found)
    {
        var least = truth.Texts[Top - 1].Similarity - Tie;
        return found.Texts.Take(Top).Count(text => text.Similarity >= least) / (double)Top;
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
            var documents = window.Select((_, i) => $"{count + i + 1}").Select((id, i) => new IntakeDocument(count + i + 1, id, id, SHA256.HashData(Encoding.UTF8.GetBytes(id)), null)).ToList();
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
