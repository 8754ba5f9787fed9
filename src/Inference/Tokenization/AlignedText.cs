namespace Pipeline.Inference.Tokenization;

/// <summary>
/// Text on its way to the model: UTF-16 units and, for each, the range of source text that it stands for. Ranges never go backwards.
/// </summary>
internal sealed class AlignedText
{
    private char[] _units = new char[256];
    private int[] _starts = new int[256];
    private int[] _ends = new int[256];

    public int Length { get; private set; }

    public int Capacity => _units.Length;

    public ReadOnlySpan<char> Units => _units.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Becomes a range of the source text itself. Both halves of a surrogate pair stand for the pair.</summary>
    public void SetSource(ReadOnlySpan<char> source, TextSpan range)
    {
        Reserve(range.Length);
        Length = range.Length;
        source.Slice(range.Start, range.Length).CopyTo(_units);
        for (var i = 0; i < range.Length; i++)
        {
            var unit = _units[i];
            _starts[i] = range.Start + i - (char.IsLowSurrogate(unit) ? 1 : 0);
            _ends[i] = range.Start + i + (char.IsHighSurrogate(unit) ? 2 : 1);
        }
    }

    public void Append(char unit, TextSpan source)
    {
        if (Length == _units.Length)
        {
            Reserve(Length + 1);
        }

        _units[Length] = unit;
        _starts[Length] = source.Start;
        _ends[Length++] = source.End;
    }

    /// <summary>Appends units that all stand for the same source.</summary>
    public void Append(ReadOnlySpan<char> units, TextSpan source)
    {
        foreach (var unit in units)
        {
            Append(unit, source);
        }
    }

    /// <summary>Appends a part of another text with its alignment.</summary>
    public void Append(AlignedText other, int start, int length)
    {
        Reserve(Length + length);
        Array.Copy(other._units, start, _units, Length, length);
        Array.Copy(other._starts, start, _starts, Length, length);
        Array.Copy(other._ends, start, _ends, Length, length);
        Length += length;
    }

    /// <summary>The source of the units from <paramref name="start"/> to before <paramref name="end"/>, of which there is at least one.</summary>
    public TextSpan Source(int start, int end) => new(_starts[start], _ends[end - 1] - _starts[start]);

    private void Reserve(int capacity)
    {
        if (capacity <= _units.Length)
        {
            return;
        }

        capacity = Math.Max(capacity, _units.Length * 2);
        Array.Resize(ref _units, capacity);
        Array.Resize(ref _starts, capacity);
        Array.Resize(ref _ends, capacity);
    }
}
