using Pipeline.Inference.Checkpoints;
using Pipeline.Inference.Quantization;

namespace Pipeline.Inference.Tests.Quantization;

public sealed class SixteenBitsTests
{
    [Fact]
    public void Every_half_comes_back_from_its_float()
    {
        var halves = Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits)).Where(half => !Half.IsNaN(half)).ToArray();
        var read = new Half[halves.Length];

        SixteenBits.ToHalf("w", [.. halves.Select(half => (float)half)], read);

        Assert.Equal(halves.Select(BitConverter.HalfToUInt16Bits), read.Select(BitConverter.HalfToUInt16Bits));
    }

    [Fact]
    public void Every_bfloat16_comes_back_from_its_float()
    {
        var floats = Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)).Where(f => !float.IsNaN(f)).ToArray();
        var read = new ushort[floats.Length];

        SixteenBits.ToBFloat16("w", floats, read);

        Assert.Equal(floats.Select(f => (ushort)(BitConverter.SingleToUInt32Bits(f) >> 16)), read);
    }

    [Fact]
    public void Numbers_between_are_rounded_to_the_nearest_and_ties_to_even()
    {
        var halves = new Half[4];
        SixteenBits.ToHalf("w", [2049, 2051, 65519, 2.9e-8f], halves);
        Assert.Equal([2048, 2052, 65504, 0], halves.Select(half => (double)half));

        uint[] bits = [0x3f808000, 0x3f818000, 0x3f808001, 0x3f807fff, 0x7f7f7fff, 0x7fffffff, 0x7f800001];
        var rounded = new ushort[bits.Length];
        SixteenBits.ToBFloat16("w", [.. bits.Select(BitConverter.UInt32BitsToSingle)], rounded);
        Assert.Equal([0x3f80, 0x3f82, 0x3f81, 0x3f80, 0x7f7f, 0x7fff, 0x7fc0], rounded);
    }

    [Fact]
    public void Infinity_and_not_a_number_stay_what_they_are()
    {
        var halves = new Half[3];
        var brains = new ushort[3];
        SixteenBits.ToHalf("w", [float.PositiveInfinity, float.NegativeInfinity, float.NaN], halves);
        SixteenBits.ToBFloat16("w", [float.PositiveInfinity, float.NegativeInfinity, float.NaN], brains);

        Assert.Equal([Half.PositiveInfinity, Half.NegativeInfinity, Half.NaN], halves);
        Assert.Equal([0x7f80, 0xff80], brains[..2]);
        Assert.True(float.IsNaN(BitConverter.UInt32BitsToSingle((uint)brains[2] << 16)));
    }

    [Fact]
    public void A_number_too_large_is_refused_by_its_tensor()
    {
        var half = Assert.Throws<CheckpointException>(() => SixteenBits.ToHalf("h.3.bias", [1, -65520], new Half[2]));
        var brain = Assert.Throws<CheckpointException>(() => SixteenBits.ToBFloat16("h.3.bias", [1, float.MinValue], new ushort[2]));

        Assert.Equal("Tensor 'h.3.bias' holds -65520, which is too large for fp16. Import with --precision fp32.", half.Message);
        Assert.StartsWith("Tensor 'h.3.bias' holds -3.4028235E+38, which is too large for bf16.", brain.Message, StringComparison.Ordinal);
    }
}
