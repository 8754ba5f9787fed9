using System.Collections.Concurrent;
using Pipeline.Scoring.Comparison;

namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Compares recipes in the background: reading and resampling a large batch takes longer than a page may take.</summary>
internal sealed class ComparisonQueries(ReportSource source, TimeProvider time, ILogger<ComparisonQueries> logger)
{
    /// <summary>Documents shown of either sign.</summary>
    public const int Differences = 15;

    // A million documents, three metrics: well under a minute of two cores.
    private const long MostDraws = 1_000_000_000;
    private const int MostKept = 50;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<ComparisonKey, Snapshot<ComparisonView>> _snapshots = [];

    /// <summary>The comparison; null while it is made for the first time.</summary>
    public Task<Counted<ComparisonView>?> GetAsync(ComparisonKey key, CancellationToken cancellationToken)
    {
        // Somebody who tries everything must not fill the memory; what is dropped is made again.
        if (_snapshots.Count >= MostKept)
        {
            _snapshots.Clear();
        }

        return _snapshots.GetOrAdd(key, wanted => new Snapshot<ComparisonView>(token => CompareAsync(wanted, token), s_interval, time, logger))
            .GetAsync(cancellationToken);
    }

    /// <summary>The comparison, made now.</summary>
    /// <exception cref="ComparisonException">It can't be made.</exception>
    public Task<Compared> RunAsync(BatchComparisonRequest request, CancellationToken cancellationToken) =>
        new BatchComparison(source.DataSource).RunAsync(request with { MostDraws = MostDraws }, cancellationToken);

    /// <summary>The texts of some differences.</summary>
    public async Task<IReadOnlyList<DocumentDifference>> TextsAsync(
        long batchId, string a, string b, IReadOnlyList<LineDifference> lines, CancellationToken cancellationToken)
    {
        await using var command = source.DataSource.CreateCommand("""
            select l.line, t.body, max(st.body) filter (where r.name = $3), max(st.body) filter (where r.name = $4)
            from pipeline.batch_lines l
            join pipeline.recipes r on r.id = l.recipe_id and r.name in ($3, $4)
            join pipeline.texts t on t.id = l.text_id
            join pipeline.texts st on st.id = l.summary_text_id
            where l.batch_id = $1 and l.line = any($2)
            group by l.line, t.body
            """);
        command.Parameters.Add(new() { Value = batchId });
        command.Parameters.Add(new() { Value = lines.Select(line => line.Line).ToArray() });
        command.Parameters.Add(new() { Value = a });
        command.Parameters.Add(new() { Value = b });
        var texts = (await command.ListAsync(
            row => (Line: row.GetInt64(0), Text: row.GetString(1), A: row.Text(2) ?? "", B: row.Text(3) ?? ""), cancellationToken)).ToDictionary(row => row.Line);

        // Pruned while it was compared: without its texts a line is left out.
        return [.. lines.Where(line => texts.ContainsKey(line.Line))
            .Select(line => new DocumentDifference(line, texts[line.Line].Text, texts[line.Line].A, texts[line.Line].B))];
    }

    private async Task<ComparisonView> CompareAsync(ComparisonKey key, CancellationToken cancellationToken)
    {
        Compared compared;
        try
        {
            compared = await RunAsync(
                new BatchComparisonRequest(key.Batch.Id, key.Batch.Name, key.A, key.B)
                {
                    Slices = key.Slice is null ? [] : [key.Slice], Signature = key.Signature, Differences = Differences, DifferencesBy = key.By,
                },
                cancellationToken);
        }
        catch (ComparisonException refusal)
        {
            return new ComparisonView(null, [], [], refusal);
        }

        return new ComparisonView(
            compared, await TextsAsync(key.Batch.Id, key.A, key.B, compared.Lower, cancellationToken),
            await TextsAsync(key.Batch.Id, key.A, key.B, compared.Higher, cancellationToken), Refusal: null);
    }
}
