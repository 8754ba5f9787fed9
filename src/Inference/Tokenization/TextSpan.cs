namespace Pipeline.Inference.Tokenization;

/// <summary>A range of a text in UTF-16 units. It never begins or ends inside a surrogate pair.</summary>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>The first unit behind the range.</summary>
    public int End => Start + Length;
}
