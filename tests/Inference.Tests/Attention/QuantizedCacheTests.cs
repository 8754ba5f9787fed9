using System.Runtime.InteropServices;
using Pipeline.Inference.Attention;

namespace Pipeline.Inference.Tests.Attention;

public sealed unsafe class QuantizedCacheTests
{
    [Fact]
    public void A_value_is_kept_within_half_a_step_of_its_largest_number()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 20).Select(_ => Enumerable.Range(0, 24).Select(_ => (float)random.NextDouble() - 0.5f).ToArray()).ToArray();
        var head = (sbyte*)NativeMemory.Alloc((nuint)(2 * QuantizedCache.BlockBytes(24)));
        for (var token = 0; token < 20; token++)
        {
            QuantizedCache.WriteValue(head, token, values[token]);
        }

        for (var token = 0; token < 20; token++)
        {
            var block = head + (token / 16 * QuantizedCache.BlockBytes(24));
            var scale = ((float*)block)[token % 16];
            Assert.Equal(values[token].Max(MathF.Abs) / 127, scale);
            var codes = new ReadOnlySpan<sbyte>(block + 64 + (token % 16 * 24), 24).ToArray();
            Assert.Equal(values[token], codes.Select(code => code * scale), (e, a) => MathF.Abs(e - a) <= scale * 0.501f);
        }

        NativeMemory.Free(head);
    }

    [Fact]
    public void Keys_of_a_block_lie_number_by_number()
    {
        var head = (sbyte*)NativeMemory.AllocZeroed((nuint)QuantizedCache.BlockBytes(8));
        QuantizedCache.WriteKey(head, 5, [1, 2, 3, 4, 5, 6, 7, -127]);

        Assert.Equal(1, ((float*)head)[5]);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, -127], Enumerable.Range(0, 8).Select(i => (int)head[64 + (i * 16) + 5]));
        NativeMemory.Free(head);
    }

    [Fact]
    public void A_block_of_keys_is_written_as_they_are_one_by_one()
    {
        const int Size = 24, Stride = 32;
        var random = new Random(2);
        var columns = (float*)NativeMemory.AllocZeroed(Size * Stride * sizeof(float));
        var single = (sbyte*)NativeMemory.AllocZeroed((nuint)QuantizedCache.BlockBytes(Size));
        var together = (sbyte*)NativeMemory.Alloc((nuint)QuantizedCache.BlockBytes(Size));
        for (var token = 0; token < 13; token++)
        {
            var key = Enumerable.Range(0, Size).Select(_ => (float)random.NextDouble() - 0.5f).ToArray();
            QuantizedCache.WriteKey(single, token, key);
            for (var i = 0; i < Size; i++)
            {
                columns[(i * Stride) + token] = key[i];
            }
        }

        QuantizedCache.WriteKeys(together, 0, columns, Stride, Size);

        Assert.Equal(
            new ReadOnlySpan<sbyte>(single, QuantizedCache.BlockBytes(Size)), new ReadOnlySpan<sbyte>(together, QuantizedCache.BlockBytes(Size)));
        NativeMemory.Free(columns);
        NativeMemory.Free(single);
        NativeMemory.Free(together);
    }

    [Fact]
    public void Nothing_but_zeros_is_kept_as_zeros()
    {
        var head = (sbyte*)NativeMemory.Alloc((nuint)QuantizedCache.BlockBytes(8));
        QuantizedCache.WriteValue(head, 0, new float[8]);

        Assert.Equal(0, ((float*)head)[0]);
        Assert.Equal(new sbyte[8], new ReadOnlySpan<sbyte>(head + 64, 8).ToArray());
        NativeMemory.Free(head);
    }
}
