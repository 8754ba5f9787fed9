using System.Numerics.Tensors;
using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>Two decoders of one model along the reference's greedy texts.</summary>
internal static class DecoderComparison
{
    /// <param name="name">The model.</param>
    /// <param name="exact">What it should say.</param>
    /// <param name="rounded">What it says.</param>
    /// <param name="steps">Tokens of each text, whose shorter ones are left out.</param>
    /// <returns>The largest distance of two rows of logits, and how often the best token is the same.</returns>
    public static (float Worst, double Same) Of(string name, IDecoder exact, IDecoder rounded, int steps = 4)
    {
        var cases = DecoderGoldens.Read(name).Cases.Where(c => c.GreedyIds.Length >= steps).ToList();
        using var expected = exact.Start([.. cases.Select(c => c.InputIds)], steps);
        using var actual = rounded.Start([.. cases.Select(c => c.InputIds)], steps);
        var (same, rows, worst) = (0, 0, 0f);
        for (var step = 0; step < steps; step++)
        {
            for (var row = 0; row < cases.Count; row++)
            {
                worst = Math.Max(worst, TensorPrimitives.Distance(expected.Logits(row), actual.Logits(row)));
                same += expected.Best(row).Id == actual.Best(row).Id ? 1 : 0;
                rows++;
            }

            int[] next = [.. cases.Select(c => c.GreedyIds[step])];
            expected.Append(next);
            actual.Append(next);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: largest distance of logits {worst:F5}, same token {same} of {rows}");
        return (worst, (double)same / rows);
    }
}
