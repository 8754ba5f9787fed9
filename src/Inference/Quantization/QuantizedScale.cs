namespace Pipeline.Inference.Quantization;

/// <summary>The distance between neighbouring codes.</summary>
internal static class QuantizedScale
{
    private const float SmallestNormal = 1.17549435E-38f;

    /// <summary>The scale itself, or 1 for weights that are all 0, or so small that a scale of theirs would lose its digits.</summary>
    public static float OrOne(float scale) => scale >= SmallestNormal ? scale : 1;
}
