using System.Runtime.InteropServices;
using Pipeline.Inference.Checkpoints;

namespace Pipeline.Inference.Tests.Checkpoints;

public sealed class ElementConversionTests
{
    private static readonly ushort[] _everyPattern = [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits)];

    [Fact]
    public void Each_of_the_65536_half_precision_numbers_is_exact()
    {
        var converted = Convert(TensorType.Float16, MemoryMarshal.AsBytes<ushort>(_everyPattern), _everyPattern.Length);

        Assert.All(_everyPattern, bits =>
        {
            var (sign, exponent, fraction) = (bits >> 15 == 0 ? 1.0 : -1.0, (bits >> 10) & 31, bits & 1023);
            var value = converted[bits];
            if (exponent == 31 && fraction != 0)
            {
                Assert.True(float.IsNaN(value));
                Assert.Equal(fraction, (BitConverter.SingleToInt32Bits(value) >> 13) & 511 | (fraction & 512));
                return;
            }

            // IEEE 754: (-1)^s 2^(e-15) (1 + f/1024), or 2^-14 f/1024 for a subnormal number.
            var expected = exponent switch
            {
                31 => double.PositiveInfinity,
                0 => Math.ScaleB(fraction / 1024.0, -14),
                _ => Math.ScaleB(1 + (fraction / 1024.0), exponent - 15),
            };
            Assert.Equal(BitConverter.DoubleToInt64Bits(sign * expected), BitConverter.DoubleToInt64Bits(value));
        });
    }

    [Fact]
    public void Each_of_the_65536_bfloat16_numbers_is_the_upper_half_of_its_float()
    {
        var converted = Convert(TensorType.BFloat16, MemoryMarshal.AsBytes<ushort>(_everyPattern), _everyPattern.Length);

        Assert.Equal(_everyPattern.Select(bits => (uint)bits << 16), converted.Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Single_precision_keeps_every_bit()
    {
        uint[] bits = [0, 0x80000000, 1, 0x007fffff, 0x7f7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffc12345];

        Assert.Equal(bits, Convert(TensorType.Float32, MemoryMarshal.AsBytes<uint>(bits), bits.Length).Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Double_precision_and_long_integers_give_the_nearest_float()
    {
        double[] doubles = [0.1, -1e-40, 1e-300, float.MaxValue, double.NegativeInfinity, double.NaN, 16777217];
        long[] longs = [long.MinValue, long.MaxValue, 16777217, -3];
        int[] ints = [int.MinValue, int.MaxValue, 16777217, -3];

        Assert.Equal(doubles.Select(value => (float)value), Convert(TensorType.Float64, MemoryMarshal.AsBytes<double>(doubles), doubles.Length));
        Assert.Equal([-9223372036854775808f, 9223372036854775808f, 16777216, -3], Convert(TensorType.Int64, MemoryMarshal.AsBytes<long>(longs), longs.Length));
        Assert.Equal([-2147483648f, 2147483648f, 16777216, -3], Convert(TensorType.Int32, MemoryMarshal.AsBytes<int>(ints), ints.Length));
    }

    private static float[] Convert(TensorType type, ReadOnlySpan<byte> source, int count)
    {
        var converted = new float[count];
        Assert.True(ElementConversion.TryToSingle(type, source, converted));
        return converted;
    }
}
