using System.Runtime.Intrinsics;

namespace Pipeline.Inference.Attention;

/// <summary>
/// Products of matrices, float32, of which the second lies in panels of 32 columns: panel by panel, and in each row by row. Every number is added up in
/// the order of the inner dimension, whatever the shape.
/// </summary>
internal static unsafe class PanelProduct
{
    /// <summary>Columns of a panel.</summary>
    public const int PanelWidth = 32;

    /// <summary>Rows of the first matrix that are multiplied together; their number is a multiple of it.</summary>
    public const int RowStep = 8;

    /// <summary>c = a * b.</summary>
    /// <param name="a">[rows, inner], a row every <paramref name="aStride"/> numbers.</param>
    /// <param name="aStride">At least <paramref name="inner"/>.</param>
    /// <param name="rows">A multiple of <see cref="RowStep"/>.</param>
    /// <param name="inner">The dimension that both share.</param>
    /// <param name="b">The first panel.</param>
    /// <param name="bStride">Numbers from panel to panel.</param>
    /// <param name="panels">Panels.</param>
    /// <param name="c">[rows, panels * 32].</param>
    public static void Multiply(float* a, int aStride, int rows, int inner, float* b, long bStride, int panels, float* c)
    {
        var cStride = panels * PanelWidth;
        for (var panel = 0; panel < panels; panel++)
        {
            var columns = b + (panel * bStride);
            var target = c + (panel * PanelWidth);
            for (var row = 0; row < rows; row += RowStep)
            {
                var from = a + (row * aStride);
                var to = target + (row * cStride);
                if (Vector512.IsHardwareAccelerated)
                {
                    Tile512(from, aStride, inner, columns, to, cStride);
                }
                else
                {
                    for (var half = 0; half < PanelWidth; half += 16)
                    {
                        Tile256(from, aStride, inner, columns + half, to + half, cStride);
                        Tile256(from + (4 * aStride), aStride, inner, columns + half, to + (4 * cStride) + half, cStride);
                    }
                }
            }
        }
    }

    /// <summary>8 rows by 32 columns.</summary>
    private static void Tile512(float* a, int aStride, int inner, float* b, float* c, int cStride)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        Vector512<float> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default, t6 = default, t7 = default;
        float* a1 = a + aStride, a2 = a1 + aStride, a3 = a2 + aStride, a4 = a3 + aStride, a5 = a4 + aStride, a6 = a5 + aStride, a7 = a6 + aStride;
        for (var i = 0; i < inner; i++, b += PanelWidth)
        {
            var (left, right) = (Vector512.Load(b), Vector512.Load(b + 16));
            var factor = Vector512.Create(a[i]);
            (s0, t0) = (Vector512.FusedMultiplyAdd(factor, left, s0), Vector512.FusedMultiplyAdd(factor, right, t0));
            factor = Vector512.Create(a1[i]);
            (s1, t1) = (Vector512.FusedMultiplyAdd(factor, left, s1), Vector512.FusedMultiplyAdd(factor, right, t1));
            factor = Vector512.Create(a2[i]);
            (s2, t2) = (Vector512.FusedMultiplyAdd(factor, left, s2), Vector512.FusedMultiplyAdd(factor, right, t2));
            factor = Vector512.Create(a3[i]);
            (s3, t3) = (Vector512.FusedMultiplyAdd(factor, left, s3), Vector512.FusedMultiplyAdd(factor, right, t3));
            factor = Vector512.Create(a4[i]);
            (s4, t4) = (Vector512.FusedMultiplyAdd(factor, left, s4), Vector512.FusedMultiplyAdd(factor, right, t4));
            factor = Vector512.Create(a5[i]);
            (s5, t5) = (Vector512.FusedMultiplyAdd(factor, left, s5), Vector512.FusedMultiplyAdd(factor, right, t5));
            factor = Vector512.Create(a6[i]);
            (s6, t6) = (Vector512.FusedMultiplyAdd(factor, left, s6), Vector512.FusedMultiplyAdd(factor, right, t6));
            factor = Vector512.Create(a7[i]);
            (s7, t7) = (Vector512.FusedMultiplyAdd(factor, left, s7), Vector512.FusedMultiplyAdd(factor, right, t7));
        }

        Store(s0, t0, c);
        Store(s1, t1, c + cStride);
        Store(s2, t2, c + (2 * cStride));
        Store(s3, t3, c + (3 * cStride));
        Store(s4, t4, c + (4 * cStride));
        Store(s5, t5, c + (5 * cStride));
        Store(s6, t6, c + (6 * cStride));
        Store(s7, t7, c + (7 * cStride));

        static void Store(Vector512<float> left, Vector512<float> right, float* c)
        {
            Vector512.Store(left, c);
            Vector512.Store(right, c + 16);
        }
    }

    /// <summary>4 rows by 16 columns.</summary>
    private static void Tile256(float* a, int aStride, int inner, float* b, float* c, int cStride)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        Vector256<float> t0 = default, t1 = default, t2 = default, t3 = default;
        float* a1 = a + aStride, a2 = a1 + aStride, a3 = a2 + aStride;
        for (var i = 0; i < inner; i++, b += PanelWidth)
        {
            var (left, right) = (Vector256.Load(b), Vector256.Load(b + 8));
            var factor = Vector256.Create(a[i]);
            (s0, t0) = (Vector256.FusedMultiplyAdd(factor, left, s0), Vector256.FusedMultiplyAdd(factor, right, t0));
            factor = Vector256.Create(a1[i]);
            (s1, t1) = (Vector256.FusedMultiplyAdd(factor, left, s1), Vector256.FusedMultiplyAdd(factor, right, t1));
            factor = Vector256.Create(a2[i]);
            (s2, t2) = (Vector256.FusedMultiplyAdd(factor, left, s2), Vector256.FusedMultiplyAdd(factor, right, t2));
            factor = Vector256.Create(a3[i]);
            (s3, t3) = (Vector256.FusedMultiplyAdd(factor, left, s3), Vector256.FusedMultiplyAdd(factor, right, t3));
        }

        Store(s0, t0, c);
        Store(s1, t1, c + cStride);
        Store(s2, t2, c + (2 * cStride));
        Store(s3, t3, c + (3 * cStride));

        static void Store(Vector256<float> left, Vector256<float> right, float* c)
        {
            Vector256.Store(left, c);
            Vector256.Store(right, c + 8);
        }
    }
}
