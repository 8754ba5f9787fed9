using System.Runtime.Intrinsics;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Kernels;

/// <summary>
/// Numbers as uint8, each row by itself: value = scale * (code - zero point), where the range of a row always holds 0. Input: float32 [.., K]. Outputs:
/// uint8 [.., K], and float32 [rows, 2], scale and zero point of each row.
/// </summary>
internal sealed class QuantizeRows() : CustomOperator(OperatorName, [DataType.Float], optional: 0, [DataType.Uint8, DataType.Float])
{
    public const string OperatorName = "QuantizeRows";

    private const int LargestCode = 255;

    // The scale of a row whose values are all 0; any positive number does.
    private const float SmallestScale = 1e-30f / LargestCode;

    public override ICustomKernel Create(KernelAttributes attributes) => new Kernel();

    /// <summary>Quantises a row.</summary>
    /// <returns>Scale and zero point.</returns>
    internal static unsafe (float Scale, float ZeroPoint) Quantize(float* row, int width, byte* codes)
    {
        var (low, high) = Range(row, width);
        var scale = MathF.Max((high - low) / LargestCode, SmallestScale);
        var zeroPoint = MathF.Round(-low / scale);
        var inverse = 1 / scale;
        var i = 0;
        for (; i + Vector256<byte>.Count <= width; i += Vector256<byte>.Count)
        {
            Vector256.Store(
                Vector256.Narrow(
                    Vector256.Narrow(Codes(row + i, inverse, zeroPoint), Codes(row + i + 8, inverse, zeroPoint)),
                    Vector256.Narrow(Codes(row + i + 16, inverse, zeroPoint), Codes(row + i + 24, inverse, zeroPoint))),
                codes + i);
        }

        for (; i < width; i++)
        {
            codes[i] = (byte)Math.Clamp(MathF.Round(row[i] * inverse) + zeroPoint, 0, LargestCode);
        }

        return (scale, zeroPoint);
    }

    private static unsafe Vector256<uint> Codes(float* values, float inverse, float zeroPoint)
    {
        var codes = Vector256.Round(Vector256.Load(values) * inverse) + Vector256.Create(zeroPoint);
        return Vector256.ConvertToInt32(Vector256.Clamp(codes, Vector256<float>.Zero, Vector256.Create((float)LargestCode))).AsUInt32();
    }

    private static unsafe (float Low, float High) Range(float* row, int width)
    {
        var (lows, highs) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (otherLows, otherHighs) = (lows, highs);
        var i = 0;
        for (; i + 16 <= width; i += 16)
        {
            var (a, b) = (Vector256.Load(row + i), Vector256.Load(row + i + 8));
            (lows, highs) = (Vector256.Min(lows, a), Vector256.Max(highs, a));
            (otherLows, otherHighs) = (Vector256.Min(otherLows, b), Vector256.Max(otherHighs, b));
        }

        (lows, highs) = (Vector256.Min(lows, otherLows), Vector256.Max(highs, otherHighs));
        var (low, high) = (0f, 0f);
        for (var lane = 0; lane < Vector256<float>.Count; lane++)
        {
            (low, high) = (MathF.Min(low, lows[lane]), MathF.Max(high, highs[lane]));
        }

        for (; i < width; i++)
        {
            (low, high) = (MathF.Min(low, row[i]), MathF.Max(high, row[i]));
        }

        return (low, high);
    }

    private sealed unsafe class Kernel : ICustomKernel
    {
        public void Compute(KernelCall call)
        {
            var shape = call.Shape(0);
            var (rows, width) = RowKernel.Rows(shape);
            var input = call.Input<float>(0);
            var codes = call.Output<byte>(0, shape);
            var ranges = call.Output<float>(1, rows, 2);
            call.ForRows(rows, width, (first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    (ranges[2 * row], ranges[(2 * row) + 1]) = Quantize(input + (row * width), width, codes + (row * width));
                }
            });
        }
    }
}
