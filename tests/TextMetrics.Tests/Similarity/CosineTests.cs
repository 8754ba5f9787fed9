using Pipeline.TextMetrics.Similarity;

namespace Pipeline.TextMetrics.Tests.Similarity;

public sealed class CosineTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(768)]
    [InlineData(771)]
    public void A_vector_equals_itself_and_opposes_its_negative(int length)
    {
        var vector = Enumerable.Range(1, length).Select(i => MathF.Sin(i)).ToArray();

        Assert.Equal(1, Cosine.Similarity(vector, vector)!.Value, 1e-12);
        Assert.Equal(-1, Cosine.Similarity(vector, [.. vector.Select(x => -2 * x)])!.Value, 1e-12);
    }

    [Fact]
    public void Orthogonal_vectors_are_zero() => Assert.Equal(0, Cosine.Similarity([1, 0, 0, 2], [0, 5, 1, 0]));

    [Fact]
    public void The_smallest_and_largest_floats_stay_exact()
    {
        Assert.Equal(1, Cosine.Similarity([float.Epsilon], [float.Epsilon]));
        Assert.Equal(1, Cosine.Similarity([float.MaxValue, 0], [float.MaxValue, 0]));
    }

    [Fact]
    public void An_undefined_similarity_is_null_and_never_nan()
    {
        Assert.Null(Cosine.Similarity([0, 0], [1, 1]));
        Assert.Null(Cosine.Similarity([], []));
        Assert.Null(Cosine.Similarity([float.NaN, 1], [1, 1]));
        Assert.Null(Cosine.Similarity([float.PositiveInfinity, 1], [1, 1]));
    }

    [Fact]
    public void Vectors_of_different_lengths_are_refused() =>
        Assert.Throws<ArgumentException>(() => Cosine.Similarity([1], [1, 2]));
}
