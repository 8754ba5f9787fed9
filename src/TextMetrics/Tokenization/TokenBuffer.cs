namespace Pipeline.TextMetrics.Tokenization;

/// <summary>The token ids of one text and where its lines end. Reused from text to text.</summary>
internal sealed class TokenBuffer(Vocabulary vocabulary)
{
    private int[] _ids = new int[256];
    private readonly List<int> _lineEnds = [];

    public int Count { get; private set; }

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>The letters appended since the last <see cref="EndWord"/>.</summary>
    public Span<char> PendingWord => vocabulary.PendingWord;

    /// <summary>For each line that has tokens, the index after its last one.</summary>
    public IReadOnlyList<int> LineEnds
    {
        get
        {
            EndLine();
            return _lineEnds;
        }
    }

    public void Clear()
    {
        Count = 0;
        _lineEnds.Clear();
    }

    public void AddCodePoint(int codePoint) => Add(vocabulary.IdOf(codePoint));

    public void Append(char letter) => vocabulary.Append(letter);

    public void TruncateWord(int length) => vocabulary.TruncateWord(length);

    public void EndWord()
    {
        if (vocabulary.PendingWord.Length > 0)
        {
            Add(vocabulary.EndWord());
        }
    }

    public void EndLine()
    {
        if (Count > (_lineEnds.Count == 0 ? 0 : _lineEnds[^1]))
        {
            _lineEnds.Add(Count);
        }
    }

    private void Add(int id)
    {
        if (Count == _ids.Length)
        {
            Array.Resize(ref _ids, Count * 2);
        }

        _ids[Count++] = id;
    }
}
