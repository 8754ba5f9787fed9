using Hangfire;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Storage.Scores;
using Pipeline.TextMetrics.Rouge;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Scoring.Jobs;

/// <summary>
/// Scores whatever waits for scores, window by window. Started every minute, it goes on looking until the minute is over, so that
/// scores follow within a second or two while Hangfire keeps one job a minute and not one a second. One run at a time: the advisory lock lives and
/// dies with its connection, unlike Hangfire's own lock rows, which expire under a long job.
/// </summary>
public sealed class ScorePendingJob(
    NpgsqlDataSource dataSource, ScoreLedger ledger, IOptions<ScoringOptions> options, TimeProvider time, ILogger<ScorePendingJob> logger)
{
    private const long LockKey = 0x70697065_00000002;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <summary>Scores what is ready and what becomes ready within the minute, until the server stops.</summary>
    [AutomaticRetry(Attempts = 3, DelaysInSeconds = [2, 5, 10])] // A restart of PostgreSQL; after a longer outage the schedule is the retry.
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (!await AskAsync("select pg_try_advisory_lock($1)"))
        {
            return;
        }

        try
        {
            var tokenizer = Tokenizers.Get(options.Value.Tokenizer);
            var scorer = new RougeScorer(tokenizer);
            var signatureId = await ledger.SignatureIdAsync(scorer.Signature.ToString(), cancellationToken);
            var statistics = new TextStatisticsWriter(
                await ledger.SignatureIdAsync(TextStatisticsScorer.Signature(tokenizer), cancellationToken),
                pair => TextStatisticsScorer.Measure(pair, tokenizer));
            var thresholds = new HealthThresholds(options.Value.MinCosine, options.Value.MinCompression, options.Value.MaxCompression);
            // Nearly to the end of this minute, whenever it was started: the next run must find the lock free, or nobody would look for a
            // whole minute. The last look and the wait after it take their time too.
            var end = time.GetUtcNow().AddSeconds(57 - time.GetUtcNow().Second);
            var total = 0;
            do
            {
                var scored = await ledger.ScoreWindowAsync(
                    options.Value.WindowSize, signatureId, thresholds, pair => Score(scorer, pair), statistics, cancellationToken);
                total += scored;
                if (scored < options.Value.WindowSize)
                {
                    await Task.Delay(s_interval, time, cancellationToken);
                }
            }
            while (time.GetUtcNow() < end);
            logger.Scored(total);
        }
        finally
        {
            await AskAsync("select pg_advisory_unlock($1)");
        }

        async Task<bool> AskAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = LockKey } } };
            return (bool)(await command.ExecuteScalarAsync(CancellationToken.None))!;
        }
    }

    private static RougeRow Score(RougeScorer scorer, RougePair pair)
    {
        var scores = scorer.Score(pair.Summary, pair.Reference);
        return new RougeRow(
            pair, Value(scores.Rouge1), Value(scores.Rouge2), Value(scores.RougeL), Value(scores.RougeLsum),
            scores.Rouge1.Counts.Candidate, scores.Rouge1.Counts.Reference);
    }

    private static RougeValue Value(RougeScore score) => new(score.Precision, score.Recall, score.F, score.Counts.Hits);
}
