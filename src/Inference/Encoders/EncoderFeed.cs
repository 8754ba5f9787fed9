using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Architectures;

namespace Pipeline.Inference.Encoders;

/// <summary>The inputs of an encoder's graph for a batch.</summary>
internal static class EncoderFeed
{
    /// <summary>Names of what <see cref="Padded"/> makes.</summary>
    public static readonly string[] PaddedNames = ["input_ids", "attention_mask"];

    /// <summary>Names of what <see cref="Packed"/> makes.</summary>
    public static readonly string[] PackedNames =
        ["input_ids", PackedInputs.PositionsName, PackedInputs.TokenOffsetName, PackedInputs.CumulativeLengthsName];

    /// <summary>Rows of one length, side by side: there is no padding.</summary>
    /// <exception cref="ArgumentException">The rows differ in length.</exception>
    public static OrtValue[] Padded(IReadOnlyList<int[]> batch)
    {
        var width = batch[0].Length;
        for (var row = 0; row < batch.Count; row++)
        {
            if (batch[row].Length != width)
            {
                throw new ArgumentException($"Row {row} has {batch[row].Length} tokens and row 0 has {width}.", nameof(batch));
            }
        }

        var ids = Ids(batch);
        var mask = new long[ids.Length];
        Array.Fill(mask, 1);
        return [Tensor(ids, batch.Count, width), Tensor(mask, batch.Count, width)];
    }

    /// <summary>Rows of any lengths, one behind the other.</summary>
    public static OrtValue[] Packed(IReadOnlyList<int[]> batch)
    {
        var longest = batch.Max(row => row.Length);
        var ids = Ids(batch);
        var positions = new long[ids.Length];
        var offsets = new int[checked(batch.Count * longest)];
        var starts = new int[batch.Count + 1];
        var padding = ids.Length;
        for (var row = 0; row < batch.Count; row++)
        {
            var (start, length) = (starts[row], batch[row].Length);
            starts[row + 1] = start + length;
            for (var i = 0; i < length; i++)
            {
                positions[start + i] = i;
                offsets[start + i] = (row * longest) + i;
            }

            for (var i = length; i < longest; i++)
            {
                offsets[padding++] = (row * longest) + i;
            }
        }

        return [Tensor(ids, ids.Length), Tensor(positions, ids.Length), Tensor(offsets, batch.Count, longest), Tensor(starts, starts.Length)];
    }

    private static long[] Ids(IReadOnlyList<int[]> batch)
    {
        var ids = new long[batch.Sum(row => row.Length)];
        var next = 0;
        foreach (var row in batch)
        {
            foreach (var id in row)
            {
                ids[next++] = id;
            }
        }

        return ids;
    }

    private static OrtValue Tensor<T>(T[] values, params long[] shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(values, shape);
}
