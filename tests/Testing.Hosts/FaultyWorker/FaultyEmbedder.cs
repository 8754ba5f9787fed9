using System.Runtime.CompilerServices;
using Pipeline.Inference;

namespace Pipeline.FaultyWorker;

/// <summary>A real engine, text by text, with the faults that the texts ask for.</summary>
internal sealed class FaultyEmbedder(IEmbedder engine) : IEmbedder
{
    public int Dimensions => engine.Dimensions;

    public async IAsyncEnumerable<TextOutcome<Embedding>> EmbedAsync(
        IReadOnlyList<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Faults.HappenAsync(texts[i], cancellationToken);
            await foreach (var outcome in engine.EmbedAsync([texts[i]], cancellationToken))
            {
                if (Faults.IsBad(texts[i]))
                {
                    outcome.Value!.Values[0] = float.NaN;
                }

                yield return outcome with { Index = i };
            }
        }
    }
}
