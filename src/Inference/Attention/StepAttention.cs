using System.Runtime.Intrinsics;

namespace Pipeline.Inference.Attention;

/// <summary>Attention of one new token of a row to all tokens of the row, which lie in a <see cref="QuantizedCache"/>.</summary>
internal static unsafe class StepAttention
{
    private const int Block = QuantizedCache.BlockTokens;

    // Numbers of a value that are added up at a time: enough sums that none waits for itself, and as many as fit into registers.
    private const int Strip = 64;

    /// <summary>Writes the token's key and value, and what the queries of a head's group see.</summary>
    /// <param name="shape">Heads and their size.</param>
    /// <param name="positions">How places are told apart.</param>
    /// <param name="token">The token's queries, keys and values.</param>
    /// <param name="position">Its position in the row.</param>
    /// <param name="kvHead">Which heads: those of the queries that share this one's keys.</param>
    /// <param name="keys">The row's keys of this head.</param>
    /// <param name="values">The row's values of this head.</param>
    /// <param name="output">The token's output, heads * headSize.</param>
    public static void Run(
        AttentionShape shape, Positions positions, float* token, int position, int kvHead, sbyte* keys, sbyte* values, float* output)
    {
        var size = shape.HeadSize;
        Span<float> turned = stackalloc float[size];
        positions.Turn(token + shape.KeyOffset(kvHead), position, turned);
        QuantizedCache.WriteKey(keys, position, turned);
        QuantizedCache.WriteValue(values, position, new(token + shape.ValueOffset(kvHead), size));

        var count = position + 1;
        var scores = Scratch.Take(0, ((count + Block - 1) / Block * Block) + size);
        var query = scores + ((count + Block - 1) / Block * Block);
        for (var head = kvHead * shape.Group; head < (kvHead + 1) * shape.Group; head++)
        {
            positions.Turn(token + (head * size), position, new(query, size));
            Score(query, size, shape.Scale, keys, count, scores);
            var sum = Scores.Weigh(scores, count, positions.Slope(head));
            AddUp(scores, count, size, values, 1 / sum, output + (head * size));
        }
    }

    /// <summary>Products of a query with all keys.</summary>
    private static void Score(float* query, int size, float scale, sbyte* keys, int count, float* scores)
    {
        for (var first = 0; first < count; first += Block)
        {
            var block = keys + ((long)(first / Block) * QuantizedCache.BlockBytes(size));
            var codes = block + (Block * sizeof(float));

            // Several sums side by side, as one would wait for itself.
            Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            for (var i = 0; i < size; i += 4, codes += 4 * Block)
            {
                var (low, high) = QuantizedCache.Load(codes);
                var q = Vector256.Create(query[i]);
                (a0, a1) = (Vector256.FusedMultiplyAdd(low, q, a0), Vector256.FusedMultiplyAdd(high, q, a1));
                (low, high) = QuantizedCache.Load(codes + Block);
                q = Vector256.Create(query[i + 1]);
                (b0, b1) = (Vector256.FusedMultiplyAdd(low, q, b0), Vector256.FusedMultiplyAdd(high, q, b1));
                (low, high) = QuantizedCache.Load(codes + (2 * Block));
                q = Vector256.Create(query[i + 2]);
                (c0, c1) = (Vector256.FusedMultiplyAdd(low, q, c0), Vector256.FusedMultiplyAdd(high, q, c1));
                (low, high) = QuantizedCache.Load(codes + (3 * Block));
                q = Vector256.Create(query[i + 3]);
                (d0, d1) = (Vector256.FusedMultiplyAdd(low, q, d0), Vector256.FusedMultiplyAdd(high, q, d1));
            }

            var scales = (float*)block;
            Vector256.Store((a0 + b0 + (c0 + d0)) * (Vector256.Load(scales) * scale), scores + first);
            Vector256.Store((a1 + b1 + (c1 + d1)) * (Vector256.Load(scales + 8) * scale), scores + first + 8);
        }
    }

    /// <summary>The sum of the weighted values.</summary>
    private static void AddUp(float* weights, int count, int size, sbyte* values, float factor, float* output)
    {
        var first = 0;
        for (; first + Strip <= size; first += Strip)
        {
            AddUpStrip(weights, count, size, values, first, factor, output + first);
        }

        for (; first < size; first += Vector256<float>.Count)
        {
            AddUpEight(weights, count, size, values, first, factor, output + first);
        }
    }

    /// <summary>64 numbers of a head. The weights of a block take in the scales of its values while these are read.</summary>
    private static void AddUpStrip(float* weights, int count, int size, sbyte* values, int first, float factor, float* output)
    {
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        var scaled = stackalloc float[Block];
        for (var token = 0; token < count; token += Block)
        {
            var block = values + ((long)(token / Block) * QuantizedCache.BlockBytes(size));
            Vector256.Store(Vector256.Load(weights + token) * Vector256.Load((float*)block), scaled);
            Vector256.Store(Vector256.Load(weights + token + 8) * Vector256.Load((float*)block + 8), scaled + 8);
            var codes = block + (Block * sizeof(float)) + first;
            var tokens = Math.Min(Block, count - token);
            for (var i = 0; i < tokens; i++, codes += size)
            {
                var weight = Vector256.Create(scaled[i]);
                var (low, high) = QuantizedCache.Load(codes);
                (a, b) = (Vector256.FusedMultiplyAdd(low, weight, a), Vector256.FusedMultiplyAdd(high, weight, b));
                (low, high) = QuantizedCache.Load(codes + 16);
                (c, d) = (Vector256.FusedMultiplyAdd(low, weight, c), Vector256.FusedMultiplyAdd(high, weight, d));
                (low, high) = QuantizedCache.Load(codes + 32);
                (e, f) = (Vector256.FusedMultiplyAdd(low, weight, e), Vector256.FusedMultiplyAdd(high, weight, f));
                (low, high) = QuantizedCache.Load(codes + 48);
                (g, h) = (Vector256.FusedMultiplyAdd(low, weight, g), Vector256.FusedMultiplyAdd(high, weight, h));
            }
        }

        Vector256.Store(a * factor, output);
        Vector256.Store(b * factor, output + 8);
        Vector256.Store(c * factor, output + 16);
        Vector256.Store(d * factor, output + 24);
        Vector256.Store(e * factor, output + 32);
        Vector256.Store(f * factor, output + 40);
        Vector256.Store(g * factor, output + 48);
        Vector256.Store(h * factor, output + 56);
    }

    /// <summary>8 numbers of a head.</summary>
    private static void AddUpEight(float* weights, int count, int size, sbyte* values, int first, float factor, float* output)
    {
        var sum = Vector256<float>.Zero;
        for (var token = 0; token < count; token++)
        {
            var block = values + ((long)(token / Block) * QuantizedCache.BlockBytes(size));
            var weight = weights[token] * ((float*)block)[token % Block];
            var codes = QuantizedCache.LoadEight(block + (Block * sizeof(float)) + (token % Block * size) + first);
            sum = Vector256.FusedMultiplyAdd(codes, Vector256.Create(weight), sum);
        }

        Vector256.Store(sum * factor, output);
    }
}
