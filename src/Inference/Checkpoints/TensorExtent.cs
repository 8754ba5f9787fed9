namespace Pipeline.Inference.Checkpoints;

/// <summary>Sizes of tensors from dimensions that nobody vouches for.</summary>
internal static class TensorExtent
{
    /// <summary>The product of dimensions of 0 or more; false when it overflows.</summary>
    public static bool TryCount(IReadOnlyList<long> shape, out long count)
    {
        count = 1;
        foreach (var dimension in shape)
        {
            if (dimension > 0 && count > long.MaxValue / dimension)
            {
                return false;
            }

            count *= dimension;
        }

        return true;
    }

    /// <summary>How many elements a strided tensor spans, from its first to its last; false when the number overflows.</summary>
    public static bool TrySpan(IReadOnlyList<long> shape, IReadOnlyList<long> strides, long count, out long span)
    {
        span = count == 0 ? 0 : 1;
        for (var i = 0; i < shape.Count && count > 0; i++)
        {
            if (strides[i] > 0 && shape[i] - 1 > (long.MaxValue - span) / strides[i])
            {
                return false;
            }

            span += (shape[i] - 1) * strides[i];
        }

        return true;
    }

    /// <summary>True when the elements lie one after the other in row-major order.</summary>
    public static bool IsRowMajor(IReadOnlyList<long> shape, IReadOnlyList<long> strides, long count)
    {
        var expected = 1L;
        for (var i = shape.Count - 1; i >= 0 && count > 1; i--)
        {
            if (shape[i] > 1 && strides[i] != expected)
            {
                return false;
            }

            expected *= shape[i];
        }

        return true;
    }
}
