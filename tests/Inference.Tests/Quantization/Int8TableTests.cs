using Pipeline.Inference.Quantization;

namespace Pipeline.Inference.Tests.Quantization;

public sealed class Int8TableTests
{
    [Fact]
    public void Every_value_comes_back_within_half_a_scale()
    {
        const int Columns = 33;
        var values = Matrices.Random(40, Columns, 1, seed: 2);
        var table = Matrices.Rows(values, Columns);
        var scales = Matrices.Collect<float>(write => Int8Table.WriteScales(table, write));
        var codes = Matrices.Collect<byte>(write => Int8Table.WriteCodes(table, write));

        Assert.Equal((40, values.Length), (scales.Length, codes.Length));
        for (var i = 0; i < values.Length; i++)
        {
            Assert.InRange(Math.Abs(values[i] - (scales[i / Columns] * (sbyte)codes[i])), 0, scales[i / Columns] * 0.50001);
        }

        Assert.Equal(40 / 7 * Columns, codes.Chunk(Columns).Where((_, row) => row % 7 == 6).SelectMany(row => row).Count(code => code == 0));
    }
}
