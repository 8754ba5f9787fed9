using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>
/// What fewer bits cost, along the reference's greedy texts: how often the most probable token stays the same, and how the perplexity of
/// those texts changes. The models have random weights and hence close races, so real ones lose less; docs/models.md has the figures.
/// </summary>
public sealed class DecoderPrecisionTests(DecoderFixture models) : IClassFixture<DecoderFixture>
{
    [Theory]
    [InlineData("bloom-a", ModelPrecision.Fp16, 1, 0.001)]
    [InlineData("bloom-b", ModelPrecision.Fp16, 1, 0.001)]
    [InlineData("qwen2-tied", ModelPrecision.Fp16, 1, 0.001)]
    [InlineData("qwen2-untied", ModelPrecision.Fp16, 1, 0.001)]
    [InlineData("bloom-a", ModelPrecision.Int8, 0.87, 0.02)]
    [InlineData("bloom-b", ModelPrecision.Int8, 0.87, 0.02)]
    [InlineData("qwen2-tied", ModelPrecision.Int8, 0.87, 0.02)]
    [InlineData("qwen2-untied", ModelPrecision.Int8, 0.87, 0.02)]
    [InlineData("bloom-a", ModelPrecision.Int4, 0.45, 0.3)]
    [InlineData("bloom-b", ModelPrecision.Int4, 0.45, 0.3)]
    [InlineData("qwen2-tied", ModelPrecision.Int4, 0.45, 0.3)]
    [InlineData("qwen2-untied", ModelPrecision.Int4, 0.45, 0.3)]
    public void Fewer_bits_cost_what_the_documentation_says(string name, ModelPrecision precision, double leastAgreement, double mostChange)
    {
        var exact = Follow(name, ModelPrecision.Fp32);
        Assert.Equal(1, exact.Agreement);
        var rounded = Follow(name, precision);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name} {precision}: same token {rounded.Agreement:P1}, perplexity {exact.Perplexity:F2} -> {rounded.Perplexity:F2}");
        Assert.InRange(rounded.Agreement, leastAgreement, 1);
        Assert.InRange(rounded.Perplexity / exact.Perplexity, 1 - mostChange, 1 + mostChange);
    }

    [Theory]
    [InlineData("bloom-b", ModelPrecision.Int8)]
    [InlineData("qwen2-untied", ModelPrecision.Int8)]
    [InlineData("bloom-b", ModelPrecision.Int4)]
    [InlineData("qwen2-untied", ModelPrecision.Int4)]
    public void Whole_numbers_give_the_same_bits_alone_and_in_a_batch(string name, ModelPrecision precision)
    {
        var prompts = DecoderGoldens.Read(name).Cases.Select(c => c.InputIds).ToArray();
        using var decoder = models.Open(name, precision).CreateDecoder(threads: 1);
        using var together = decoder.Start(prompts, 2);
        var next = Enumerable.Range(0, prompts.Length).Select(row => TopTokens.Best(together.Logits(row))).ToArray();
        var logits = Enumerable.Range(0, prompts.Length).Select(row => together.Logits(row).ToArray()).ToList();
        together.Append(next);
        for (var row = 0; row < prompts.Length; row++)
        {
            using var alone = decoder.Start([prompts[row]], 2);
            Assert.Equal(alone.Logits(0), logits[row]);
            alone.Append([next[row]]);
            Assert.Equal(alone.Logits(0), together.Logits(row));
        }
    }

    private (double Agreement, double Perplexity) Follow(string name, ModelPrecision precision)
    {
        var cases = DecoderGoldens.Read(name).Cases.OrderByDescending(c => c.GreedyIds.Length).ToList();
        using var decoder = models.Open(name, precision).CreateDecoder(threads: 1);
        using var batch = decoder.Start([.. cases.Select(c => c.InputIds)], cases[0].GreedyIds.Length);
        var (same, tokens, loss) = (0, 0, 0d);
        for (var step = 0; step < cases[0].GreedyIds.Length; step++)
        {
            // The longest come first, so those that have ended are the last rows.
            var ids = cases.TakeWhile(c => c.GreedyIds.Length > step).Select(c => c.GreedyIds[step]).ToArray();
            for (var row = 0; row < ids.Length; row++)
            {
                var logits = batch.Logits(row);
                same += TopTokens.Best(logits) == ids[row] ? 1 : 0;
                loss += LogSumExp.Of(logits) - logits[ids[row]];
                tokens++;
            }

            batch.Reorder([.. Enumerable.Range(0, ids.Length)]);
            batch.Append(ids);
        }

        return ((double)same / tokens, Math.Exp(loss / tokens));
    }
}
