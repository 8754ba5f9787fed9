namespace Pipeline.TextMetrics.Statistics;

/// <summary>Draws statistics of resampled values. Every draw has a stream of its own, so the result does not depend on the number of cores.</summary>
internal static class Resampling
{
    // Below this many values in all, starting threads costs more than they save.
    private const long ParallelFrom = 4_000_000;

    /// <summary>One resampled statistic.</summary>
    public delegate double Statistic(ref SplitMix64 random);

    /// <summary>Draws <paramref name="resamples"/> statistics, each over <paramref name="values"/> values.</summary>
    public static double[] Draw(int resamples, int values, int seed, Statistic statistic)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        var drawn = new double[resamples];
        if ((long)resamples * values < ParallelFrom)
        {
            for (var i = 0; i < resamples; i++)
            {
                One(i);
            }
        }
        else
        {
            Parallel.For(0, resamples, One);
        }

        return drawn;

        void One(int i)
        {
            var random = new SplitMix64(seed, i);
            drawn[i] = statistic(ref random);
        }
    }

    /// <summary>Mean of as many values, drawn with replacement.</summary>
    public static double MeanWithReplacement(ReadOnlySpan<double> values, ref SplitMix64 random)
    {
        // 64 bits choose two values; the bias of 32 bits each is below n / 2^32.
        var count = (ulong)values.Length;
        var (first, second) = (0.0, 0.0);
        for (var i = 1; i < values.Length; i += 2)
        {
            var bits = random.Next();
            first += values[(int)((bits >> 32) * count >> 32)];
            second += values[(int)((bits & uint.MaxValue) * count >> 32)];
        }

        if (values.Length % 2 == 1)
        {
            first += values[(int)((random.Next() >> 32) * count >> 32)];
        }

        return (first + second) / values.Length;
    }

    /// <summary>Mean with the sign of each value thrown anew.</summary>
    public static double MeanWithRandomSigns(ReadOnlySpan<double> values, ref SplitMix64 random)
    {
        var (even, odd) = (0.0, 0.0);
        for (var i = 0; i < values.Length; i += 64)
        {
            var bits = random.Next();
            var block = values.Slice(i, Math.Min(64, values.Length - i));
            var j = 1;
            for (; j < block.Length; j += 2)
            {
                even += Signed(block[j - 1], bits);
                odd += Signed(block[j], bits >> 1);
                bits >>= 2;
            }

            if (j == block.Length)
            {
                even += Signed(block[j - 1], bits);
            }
        }

        return (even + odd) / values.Length;
    }

    /// <summary>Mean of finite values.</summary>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return double.IsFinite(sum) ? sum / values.Length : throw new ArgumentException("Every value must be finite.", nameof(values));
    }

    /// <summary>Sample standard deviation (n - 1); 0 for a single value.</summary>
    public static double StandardDeviation(ReadOnlySpan<double> values, double mean)
    {
        var squares = 0.0;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return values.Length > 1 ? Math.Sqrt(squares / (values.Length - 1)) : 0;
    }

    /// <summary>The quantile of sorted values by linear interpolation (numpy's default, R's type 7).</summary>
    public static double Quantile(ReadOnlySpan<double> sorted, double quantile)
    {
        var position = quantile * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
    }

    /// <summary>
    /// Share of draws at least as far from <paramref name="centre"/> as <paramref name="observed"/> is from 0, each side's +1 included, so
    /// that it is never 0. With nothing observed it is exactly 1.
    /// </summary>
    /// <param name="drawn">Resampled statistics.</param>
    /// <param name="centre">What they scatter around when there is no difference.</param>
    /// <param name="observed">The statistic itself.</param>
    /// <param name="rounding">Draws that fall short by no more than this count: sums of the same values in another order differ by as much.</param>
    public static double TwoSided(ReadOnlySpan<double> drawn, double centre, double observed, double rounding)
    {
        var asFar = 0;
        var limit = Math.Abs(observed) - rounding;
        foreach (var value in drawn)
        {
            asFar += Math.Abs(value - centre) >= limit ? 1 : 0;
        }

        return (asFar + 1.0) / (drawn.Length + 1);
    }

    private static double Signed(double value, ulong bits) =>
        BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(value) ^ bits << 63);
}
