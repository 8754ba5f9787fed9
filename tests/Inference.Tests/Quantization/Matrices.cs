using Pipeline.Inference.Quantization;

namespace Pipeline.Inference.Tests.Quantization;

/// <summary>Random matrices with what real ones have: a few columns far larger than the rest, rows of zeros, and one-sided rows.</summary>
internal static class Matrices
{
    /// <summary>Row-major values near a normal distribution.</summary>
    public static float[] Random(int rows, int columns, double deviation, int seed)
    {
        var random = new Random(seed);
        var values = new float[rows * columns];
        for (var i = 0; i < values.Length; i++)
        {
            var normal = Enumerable.Range(0, 6).Sum(_ => random.NextDouble()) - 3;
            values[i] = (float)(normal * deviation * 1.4);
        }

        for (var row = 0; row < rows; row++)
        {
            var line = values.AsSpan(row * columns, columns);
            line[row % columns] *= 20;
            if (row % 7 == 6)
            {
                line.Clear();
            }
            else if (row % 5 == 4)
            {
                foreach (ref var value in line)
                {
                    value = Math.Abs(value);
                }
            }
        }

        return values;
    }

    public static MatrixRows Rows(float[] values, int columns, string name = "w") => new(
        name, values.Length / columns, columns, (row, destination) => values.AsSpan((int)row * columns, destination.Length).CopyTo(destination));

    /// <summary>Everything that a writing function hands out.</summary>
    public static T[] Collect<T>(Action<Action<ReadOnlySpan<T>>> write)
    {
        var all = new List<T>();
        write(piece => all.AddRange(piece));
        return [.. all];
    }
}
