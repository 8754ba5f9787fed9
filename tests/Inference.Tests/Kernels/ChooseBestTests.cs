using Pipeline.Inference.Generation;
using Pipeline.Inference.Kernels;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Tests.Kernels;

/// <summary>The operator on the CPU, for logits of 16 and of 32 bits. On a GPU it has to say the same.</summary>
public sealed class ChooseBestTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_highest_logit_of_16_bits_is_chosen_and_the_sum_is_that_of_all(int threads)
    {
        const int Rows = 40, Width = 3001;
        var random = new Random(9);
        float[] logits = [.. Enumerable.Range(0, Rows * Width).Select(_ => (float)(Half)((random.NextDouble() - 0.5) * 20))];

        var choices = Choose(logits, Width, DataType.Float16, threads);

        for (var row = 0; row < Rows; row++)
        {
            var values = logits.AsSpan(row * Width, Width).ToArray();
            var highest = values.Max();
            Assert.Equal((Array.IndexOf(values, highest), highest), (choices[row].Id, choices[row].Logit));
            Assert.Equal(Math.Log(values.Sum(value => Math.Exp(value))), choices[row].LogSumExp, 1e-5);
        }
    }

    [Theory]
    [InlineData(DataType.Float16)]
    [InlineData(DataType.Float)]
    internal void Of_equal_logits_the_lowest_id_is_chosen(DataType type)
    {
        const int Width = 1500;
        var logits = new float[3 * Width];
        foreach (var id in (int[])[1100, 7, 1499, 8, 300])
        {
            logits[id] = 2.5f;
        }

        // The second row has equal ones alone, the third its highest last.
        logits[^1] = 1;

        Assert.Equal([(7, 2.5f), (0, 0f), (Width - 1, 1f)], Choose(logits, Width, type).Select(choice => (choice.Id, choice.Logit)));
    }

    [Theory]
    [InlineData(DataType.Float16)]
    [InlineData(DataType.Float)]
    internal void Logits_that_are_no_basis_for_a_choice_have_a_sum_that_is_not_finite(DataType type)
    {
        const int Width = 40;
        var logits = new float[5 * Width];
        logits[3] = float.NaN;
        logits[Width + 39] = float.PositiveInfinity;
        logits.AsSpan(2 * Width, Width).Fill(float.NegativeInfinity);
        // These are: ids that can't be chosen, and a logit that 16 bits can just say.
        logits.AsSpan(3 * Width, Width - 1).Fill(float.NegativeInfinity);
        logits[4 * Width] = 65504;

        var choices = Choose(logits, Width, type);

        Assert.Equal([false, false, false, true, true], choices.Select(choice => double.IsFinite(choice.LogSumExp)));
        Assert.Equal((Width - 1, 0f), (choices[3].Id, choices[3].Logit));
        Assert.Equal(0, choices[3].LogSumExp, 1e-6);
        Assert.Equal((0, 65504f, 65504d), (choices[4].Id, choices[4].Logit, choices[4].LogSumExp));
    }

    private static BestToken[] Choose(float[] logits, int width, DataType type, int threads = 1)
    {
        var results = KernelRun.Of(logits, [logits.Length / width, width], threads, (graph, input) =>
        {
            var outputs = graph.Nodes($"{CustomDomain.Name}.{ChooseBest.OperatorName}", [graph.Cast(input, type)], [true, true, true]);
            return [(outputs[0], DataType.Int64), (outputs[1], DataType.Float), (outputs[2], DataType.Float)];
        });
        return [.. Enumerable.Range(0, results[0].Length).Select(row => new BestToken((int)results[0][row], (float)results[1][row], results[2][row]))];
    }
}
