namespace Pipeline.Inference.Tokenization;

/// <summary>The tokens of a text while they are found.</summary>
internal sealed class TokenBuffer
{
    private readonly List<int> _ids = [];
    private readonly List<TextSpan> _spans = [];

    public int Count => _ids.Count;

    public void Add(int id, TextSpan source)
    {
        _ids.Add(id);
        _spans.Add(source);
    }

    /// <summary>Forgets the tokens behind the first <paramref name="count"/>.</summary>
    public void Truncate(int count)
    {
        _ids.RemoveRange(count, _ids.Count - count);
        _spans.RemoveRange(count, _spans.Count - count);
    }

    public TokenizedText ToTokenizedText() => new([.. _ids], [.. _spans]);
}
