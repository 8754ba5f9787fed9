using Pipeline.Inference.Attention;

namespace Pipeline.Inference.Tests.Attention;

public sealed unsafe class PanelProductTests
{
    [Theory]
    [InlineData(8, 1, 1)]
    [InlineData(32, 64, 3)]
    [InlineData(16, 77, 2)]
    public void The_product_is_that_of_the_matrices(int rows, int inner, int panels)
    {
        var random = new Random(3);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)];
        var (a, b, c) = (Numbers(rows * inner), Numbers(panels * inner * 32), new float[rows * panels * 32]);

        fixed (float* pa = a, pb = b, pc = c)
        {
            PanelProduct.Multiply(pa, inner, rows, inner, pb, inner * 32, panels, pc);
        }

        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < panels * 32; column++)
            {
                var expected = Enumerable.Range(0, inner).Sum(i => (double)a[(row * inner) + i] * b[(((column / 32 * inner) + i) * 32) + (column % 32)]);
                Assert.Equal(expected, c[(row * panels * 32) + column], 1e-5);
            }
        }
    }
}
