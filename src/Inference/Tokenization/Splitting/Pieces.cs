namespace Pipeline.Inference.Tokenization.Splitting;

/// <summary>A text and the ranges of it that go on, in order; what lies between them is gone.</summary>
internal sealed class Pieces
{
    private readonly AlignedText _own = new();

    public AlignedText Text { get; private set; } = new();

    /// <summary>Ranges in <see cref="Text"/>; none is empty.</summary>
    public List<TextSpan> Ranges { get; } = [];

    /// <summary>Starts again with ranges of a given text.</summary>
    public void Reset(AlignedText text)
    {
        Text = text;
        Ranges.Clear();
    }

    /// <summary>Starts again with an empty text of its own, to be written.</summary>
    public AlignedText ResetToOwnText()
    {
        _own.Clear();
        Reset(_own);
        return _own;
    }

    public void Add(int start, int end)
    {
        if (end > start)
        {
            Ranges.Add(new TextSpan(start, end - start));
        }
    }
}
