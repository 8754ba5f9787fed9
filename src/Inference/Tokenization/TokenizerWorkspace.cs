using Pipeline.Inference.Tokenization.AddedTokens;
using Pipeline.Inference.Tokenization.Splitting;

namespace Pipeline.Inference.Tokenization;

/// <summary>Memory that one call at a time uses, and the next one again.</summary>
internal sealed class TokenizerWorkspace
{
    public AlignedText Text { get; set; } = new();

    public AlignedText OtherText { get; set; } = new();

    public Pieces Pieces { get; set; } = new();

    public Pieces OtherPieces { get; set; } = new();

    public List<AddedTokenMatch> Matches { get; } = [];

    public List<AddedTokenMatch> NormalizedMatches { get; } = [];

    public TokenBuffer Tokens { get; } = new();

    /// <summary>Units of the longest text that fits; the other buffers have grown about as much.</summary>
    public int Capacity => Math.Max(Text.Capacity, OtherText.Capacity);
}
