using Pipeline.Inference.Models;

namespace Pipeline.Cli.Models.Comparison;

/// <summary>Runs contenders in turns, several rounds, so that whatever else the machine does hits all of them.</summary>
internal static class ComparisonBench
{
    /// <summary>The contenders for a model: its full batch, one text at a time, other models one at a time, and a peer where there is one.</summary>
    /// <exception cref="UsageException">The peer's folder lacks something.</exception>
    public static IReadOnlyList<Contender> Contenders(OpenedModel model, IReadOnlyList<OpenedModel> others, Contest contest, string? peer)
    {
        var own = new OwnContenders(TimeProvider.System, contest);
        int[] sizes = contest.Rows > 1 ? [contest.Rows, 1] : [1];
        return
        [
            .. sizes.Select(rows => own.Create(model, rows)),
            .. others.SelectMany(other => (contest.NewTokens is null ? sizes : [1]).Select(rows => own.Create(other, rows))),
            .. peer is null ? [] : new LlamaContenders(peer, contest).Create(model.Manifest.Architecture),
        ];
    }

    /// <summary>Each one's median round.</summary>
    public static async Task<IReadOnlyList<(Contender Contender, ContestResult Median, int Rounds)>> RunAsync(
        IReadOnlyList<Contender> contenders, int rounds, CancellationToken cancellationToken)
    {
        var results = contenders.Select(_ => new List<ContestResult>()).ToList();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < contenders.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                results[i].Add(await contenders[i].RunAsync(cancellationToken));
                await Console.Error.WriteLineAsync(FormattableString.Invariant(
                    $"{round + 1}/{rounds} {contenders[i].Name}: {results[i][^1].SecondsPerDocument:0.000} s"));
            }
        }

        return
        [
            .. contenders.Zip(results, (contender, all) => (contender, all.OrderBy(result => result.SecondsPerDocument).ElementAt(all.Count / 2), all.Count)),
        ];
    }
}
