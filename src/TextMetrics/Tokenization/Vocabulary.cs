namespace Pipeline.TextMetrics.Tokenization;

/// <summary>
/// Gives each distinct token a dense id from 0, so that scores compare and count ints. One chained hash table over reused arrays:
/// scoring a pair allocates nothing once they have grown.
/// </summary>
internal sealed class Vocabulary
{
    private int[] _buckets = new int[1 << 10];
    private int _shift = 32 - 10;
    private Entry[] _entries = new Entry[512];
    private char[] _letters = new char[1024];
    private int _lettersUsed;
    private int _wordStart;

    /// <summary>How many distinct tokens there are; every id is below it.</summary>
    public int Count { get; private set; }

    public Span<char> PendingWord => _letters.AsSpan(_wordStart, _lettersUsed - _wordStart);

    public void Clear()
    {
        for (var id = 0; id < Count; id++)
        {
            _buckets[BucketOf(_entries[id].Key)] = 0;
        }

        Count = 0;
        _lettersUsed = 0;
        _wordStart = 0;
    }

    public int IdOf(int codePoint)
    {
        for (var next = _buckets[BucketOf(codePoint)]; next != 0; next = _entries[next - 1].Next)
        {
            ref var entry = ref _entries[next - 1];
            if (entry.Key == codePoint && entry.Length == 0)
            {
                return next - 1;
            }
        }

        return Insert(codePoint, start: 0, length: 0);
    }

    public void Append(char letter)
    {
        if (_lettersUsed == _letters.Length)
        {
            Array.Resize(ref _letters, _lettersUsed * 2);
        }

        _letters[_lettersUsed++] = letter;
    }

    public void TruncateWord(int length) => _lettersUsed = _wordStart + length;

    /// <summary>The id of the pending word. Its letters stay in the table only when it is new.</summary>
    public int EndWord()
    {
        var word = PendingWord;
        if (word.Length == 1)
        {
            var letter = word[0];
            _lettersUsed = _wordStart;
            return IdOf(letter);
        }

        var key = string.GetHashCode(word);
        for (var next = _buckets[BucketOf(key)]; next != 0; next = _entries[next - 1].Next)
        {
            ref var entry = ref _entries[next - 1];
            if (entry.Key == key && entry.Length == word.Length && word.SequenceEqual(_letters.AsSpan(entry.Start, entry.Length)))
            {
                _lettersUsed = _wordStart;
                return next - 1;
            }
        }

        var id = Insert(key, _wordStart, word.Length);
        _wordStart = _lettersUsed;
        return id;
    }

    public string TextOf(int id)
    {
        var entry = _entries[id];
        if (entry.Length > 0)
        {
            return new string(_letters, entry.Start, entry.Length);
        }

        return entry.Key <= char.MaxValue ? ((char)entry.Key).ToString() : char.ConvertFromUtf32(entry.Key);
    }

    private int BucketOf(int key) => (int)((uint)key * 2654435769u >> _shift);

    private int Insert(int key, int start, int length)
    {
        if (Count == _entries.Length)
        {
            Grow();
        }

        ref var bucket = ref _buckets[BucketOf(key)];
        _entries[Count] = new Entry(key, start, length, bucket);
        bucket = ++Count;
        return Count - 1;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, Count * 2);
        _buckets = new int[_buckets.Length * 2];
        _shift--;
        for (var id = 0; id < Count; id++)
        {
            ref var bucket = ref _buckets[BucketOf(_entries[id].Key)];
            _entries[id] = _entries[id] with { Next = bucket };
            bucket = id + 1;
        }
    }

    /// <param name="Key">The code point, or the hash of the word.</param>
    /// <param name="Start">Where the word's letters begin.</param>
    /// <param name="Length">The word's length; 0 for a code point.</param>
    /// <param name="Next">The id after this one in the bucket, plus one; 0 at the end.</param>
    private readonly record struct Entry(int Key, int Start, int Length, int Next);
}
