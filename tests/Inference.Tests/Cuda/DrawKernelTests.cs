using System.Runtime.InteropServices;
using Pipeline.Inference.Cuda;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Generation.Memory;

namespace Pipeline.Inference.Tests.Cuda;

/// <summary>Tokens that are drawn where the logits lie are those that are drawn on the CPU.</summary>
public sealed class DrawKernelTests(EmulatedGpu gpu) : IClassFixture<EmulatedGpu>
{
    private const int Rows = 3;

    // A draw this near to the border between two ids may fall on either side.
    private const double Border = 1e-6;

    [Theory]
    [InlineData(5, 4)]
    [InlineData(1000, 0)]
    [InlineData(2501, 0.5)]
    public void A_draw_is_that_of_the_cpu(int width, double step)
    {
        var random = new Random(width);
        // In steps many are equal.
        Half[] logits = [.. Enumerable.Range(0, Rows * width).Select(_ => (Half)(step > 0 ? Math.Round(random.NextDouble() * 12 / step) * step : random.NextDouble() * 12))];
        // Not 0, where an id of almost no weight may come first.
        List<RowDraw> draws =
        [
            .. from how in ((double Temperature, int? TopK, double? TopP)[])
                   [(0.7, null, null), (0.05, null, null), (3, 40, null), (1, 5000, 1), (1, 3, 0.512), (3, null, 0.951), (0.7, 40, 0.137)]
               from uniform in (double[])[1e-9, random.NextDouble(), 1 - 1e-12]
               select new RowDraw(random.Next(Rows), how.Temperature, how.TopK, how.TopP, uniform),
        ];

        var tokens = Draw(logits, width, draws);

        for (var i = 0; i < draws.Count; i++)
        {
            var draw = draws[i];
            float[] scores = [.. logits[(draw.Row * width)..((draw.Row + 1) * width)].Select(logit => (float)logit)];
            int[] possible = [.. ((double[])[draw.Uniform, draw.Uniform - Border, draw.Uniform + Border]).Select(
                uniform => TokenDraw.Next(scores, draw.Temperature, draw.TopK, draw.TopP, Math.Clamp(uniform, 0, 1 - 1e-15)))];
            Assert.Contains(tokens[i].Id, possible);
            Assert.Equal(scores[tokens[i].Id], tokens[i].Score);
        }
    }

    [Fact]
    public void Draws_have_the_frequencies_of_the_probabilities()
    {
        Half[] logits = [(Half)0, (Half)1, (Half)2, Half.NegativeInfinity, (Half)1];
        const int count = 40;

        var tokens = Draw(logits, logits.Length, [.. Enumerable.Range(0, count).Select(i => new RowDraw(0, 1, null, null, (i + 0.5) / count))]);

        var weights = logits.Select(logit => Math.Exp((double)logit)).ToArray();
        for (var id = 0; id < logits.Length; id++)
        {
            Assert.Equal(weights[id] / weights.Sum(), tokens.Count(token => token.Id == id) / (double)count, 1.0 / count);
        }
    }

    private unsafe List<ScoredToken> Draw(Half[] logits, int width, List<RowDraw> draws) => gpu.Use(() =>
    {
        var memory = (Half*)NativeMemory.AlignedAlloc((nuint)(logits.Length * sizeof(Half)), 256);
        try
        {
            logits.CopyTo(new Span<Half>(memory, logits.Length));
            using var kernel = new DrawKernel(HostMemory.Instance);
            // Fewer first: more need more room.
            return (List<ScoredToken>)[.. kernel.Run(0, (IntPtr)memory, width, [draws[0]]), .. kernel.Run(0, (IntPtr)memory, width, [.. draws.Skip(1)])];
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    });
}
