using System.Numerics.Tensors;

namespace Pipeline.Inference.Generation;

/// <summary>log(sum(exp(x))): a logit minus this is the natural logarithm of its probability.</summary>
public static class LogSumExp
{
    private const int Block = 512;

    /// <summary>Not finite exactly when the logits are no basis for a choice: a NaN, a positive infinity, or nothing above negative infinity.</summary>
    /// <param name="logits">At least one.</param>
    public static double Of(ReadOnlySpan<float> logits)
    {
        var max = TensorPrimitives.Max(logits);
        Span<float> exponentials = stackalloc float[Block];
        var sum = 0d;
        for (var first = 0; first < logits.Length; first += Block)
        {
            // Short sums in float32 and long ones in double: no digits are lost over a vocabulary.
            var block = logits[first..Math.Min(first + Block, logits.Length)];
            var part = exponentials[..block.Length];
            TensorPrimitives.Subtract(block, max, part);
            TensorPrimitives.Exp(part, part);
            sum += TensorPrimitives.Sum<float>(part);
        }

        return max + Math.Log(sum);
    }
}
