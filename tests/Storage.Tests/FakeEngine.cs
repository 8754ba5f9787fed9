using System.Runtime.CompilerServices;
using Pipeline.Storage.Ledger;
using Pipeline.Storage.Results;

namespace Pipeline.Storage.Tests;

/// <summary>An engine that summarises by a function of the text and its position.</summary>
internal static class FakeEngine
{
    public static WorkOutcome<SummaryRecord> Done(int index, string text) => new(index, new SummaryRecord("short " + text, "copied", false), null);

    public static RunEngine<SummaryRecord> Of(Func<int, string, CancellationToken, Task<WorkOutcome<SummaryRecord>>> run) =>
        (_, texts, cancellationToken) => RunAsync(texts, run, cancellationToken);

    private static async IAsyncEnumerable<WorkOutcome<SummaryRecord>> RunAsync(
        IReadOnlyList<string> texts, Func<int, string, CancellationToken, Task<WorkOutcome<SummaryRecord>>> run,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            yield return await run(i, texts[i], cancellationToken);
        }
    }
}
