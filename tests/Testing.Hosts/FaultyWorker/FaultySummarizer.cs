using System.Runtime.CompilerServices;
using Pipeline.Inference;

namespace Pipeline.FaultyWorker;

/// <summary>A real engine, text by text, with the faults that the texts ask for.</summary>
internal sealed class FaultySummarizer(ISummarizer engine) : ISummarizer
{
    public async IAsyncEnumerable<TextOutcome<Summary>> SummarizeAsync(
        IReadOnlyList<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Faults.HappenAsync(texts[i], cancellationToken);
            await foreach (var outcome in engine.SummarizeAsync([texts[i]], cancellationToken))
            {
                yield return Faults.IsBad(texts[i])
                    ? new TextOutcome<Summary>(i, new Summary("half a character: \ud83d", "cut", false), null)
                    : outcome with { Index = i };
            }
        }
    }
}
