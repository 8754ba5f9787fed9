using System.Runtime.InteropServices;
using Pipeline.Inference.Attention;

namespace Pipeline.Inference.Tests.Attention;

/// <summary>Random queries, keys and values of a row, attention over them in double precision, and a cache for them.</summary>
internal sealed unsafe class Tokens : IDisposable
{
    private readonly AttentionShape _shape;
    private readonly float[] _slopes;
    private readonly float[] _cos;
    private readonly float[] _sin;
    private readonly GCHandle[] _pins;

    public Tokens(AttentionShape shape, int count, bool alibi, bool rotary, int seed = 7)
    {
        var random = new Random(seed);
        _shape = shape;
        Count = count;
        Values = [.. Enumerable.Range(0, count * shape.TokenWidth).Select(_ => (float)((random.NextDouble() * 4) - 2))];
        _slopes = alibi ? [.. Enumerable.Range(1, shape.Heads).Select(head => MathF.Pow(2, -head))] : [];
        var angles = rotary
            ? Enumerable.Range(0, count).SelectMany(token => Enumerable.Range(0, shape.HeadSize / 2).Select(i => token * Math.Pow(10_000, -2d * i / shape.HeadSize)))
            : [];
        (_cos, _sin) = ([.. angles.Select(angle => (float)Math.Cos(angle))], [.. angles.Select(angle => (float)Math.Sin(angle))]);
        HeadBytes = QuantizedCache.BlockBytes(shape.HeadSize) * ((count + QuantizedCache.BlockTokens - 1) / QuantizedCache.BlockTokens);
        Keys = (sbyte*)NativeMemory.AllocZeroed((nuint)(HeadBytes * shape.KvHeads));
        CachedValues = (sbyte*)NativeMemory.AllocZeroed((nuint)(HeadBytes * shape.KvHeads));
        _pins = [.. ((float[][])[Values, _slopes, _cos, _sin]).Select(array => GCHandle.Alloc(array, GCHandleType.Pinned))];
    }

    public int Count { get; }

    /// <summary>[tokens, token width].</summary>
    public float[] Values { get; }

    public int HeadBytes { get; }

    public sbyte* Keys { get; }

    public sbyte* CachedValues { get; }

    public float* First => (float*)_pins[0].AddrOfPinnedObject();

    public Positions Positions => new(Pointer(1), Pointer(2), Pointer(3), _shape.HeadSize);

    /// <summary>The prompt's outputs: [tokens, heads * headSize].</summary>
    public float[] RunPrompt(int count)
    {
        var output = new float[count * _shape.Heads * _shape.HeadSize];
        fixed (float* to = output)
        {
            for (var head = 0; head < _shape.Heads; head++)
            {
                var cache = head / _shape.Group * HeadBytes;
                PromptAttention.Run(_shape, Positions, First, count, head, Keys + cache, CachedValues + cache, to);
            }
        }

        return output;
    }

    /// <summary>The output of a token behind those that were run: [heads * headSize].</summary>
    public float[] RunStep(int position)
    {
        var output = new float[_shape.Heads * _shape.HeadSize];
        fixed (float* to = output)
        {
            for (var head = 0; head < _shape.KvHeads; head++)
            {
                StepAttention.Run(
                    _shape, Positions, First + (position * _shape.TokenWidth), position, head, Keys + (head * HeadBytes), CachedValues + (head * HeadBytes), to);
            }
        }

        return output;
    }

    /// <summary>What a token should get: [heads * headSize].</summary>
    public double[] Expected(int position)
    {
        var output = new List<double>();
        for (var head = 0; head < _shape.Heads; head++)
        {
            var query = Turned(position, head * _shape.HeadSize);
            var kvHead = head / _shape.Group;
            var weights = Enumerable.Range(0, position + 1).Select(token => Math.Exp(
                (Turned(token, _shape.KeyOffset(kvHead)).Zip(query, (k, q) => k * q).Sum() * _shape.Scale)
                + (_slopes.Length == 0 ? 0 : _slopes[head] * (double)(token - position)))).ToArray();
            for (var i = 0; i < _shape.HeadSize; i++)
            {
                output.Add(weights.Select((weight, token) => weight * At(token, _shape.ValueOffset(kvHead) + i)).Sum() / weights.Sum());
            }
        }

        return [.. output];
    }

    public void Dispose()
    {
        Array.ForEach(_pins, pin => pin.Free());
        NativeMemory.Free(Keys);
        NativeMemory.Free(CachedValues);
    }

    private double At(int token, int offset) => Values[(token * _shape.TokenWidth) + offset];

    private double[] Turned(int token, int offset)
    {
        var half = _shape.HeadSize / 2;
        return [.. Enumerable.Range(0, _shape.HeadSize).Select(i => _cos.Length == 0 ? At(token, offset + i) : i < half
            ? (At(token, offset + i) * _cos[(token * half) + i]) - (At(token, offset + i + half) * _sin[(token * half) + i])
            : (At(token, offset + i) * _cos[(token * half) + i - half]) + (At(token, offset + i - half) * _sin[(token * half) + i - half]))];
    }

    private float* Pointer(int pin) => ((float[])_pins[pin].Target!).Length == 0 ? null : (float*)_pins[pin].AddrOfPinnedObject();
}
