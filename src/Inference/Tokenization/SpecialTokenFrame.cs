namespace Pipeline.Inference.Tokenization;

/// <summary>What a post-processor puts around the tokens of a text.</summary>
internal sealed record SpecialTokenFrame(int[] Before, int[] After)
{
    public static readonly SpecialTokenFrame None = new([], []);
}
