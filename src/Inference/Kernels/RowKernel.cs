using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Kernels;

/// <summary>What operators that treat every row by itself share.</summary>
internal static class RowKernel
{
    // Numbers that are not worth waking another thread for.
    private const int Piece = 1 << 15;

    /// <summary>Does something for ranges of rows, [first, end), on all threads of the session where that pays.</summary>
    public static void ForRows(this KernelCall call, long rows, int width, Action<long, long> body)
    {
        var step = Math.Max(1, Piece / width);
        var pieces = (int)((rows + step - 1) / step);
        if (pieces > 1)
        {
            call.Parallel(pieces, piece => body((long)piece * step, Math.Min(rows, ((long)piece + 1) * step)));
        }
        else
        {
            body(0, rows);
        }
    }

    /// <summary>Rows and width of a value [.., width].</summary>
    public static (long Rows, int Width) Rows(ReadOnlySpan<long> shape)
    {
        var rows = 1L;
        foreach (var length in shape[..^1])
        {
            rows *= length;
        }

        return (rows, checked((int)shape[^1]));
    }
}
