using System.Buffers;
using System.Text;

namespace Pipeline.Ingest.Sources;

/// <summary>
/// Text of another encoding as UTF-8. What cannot be decoded becomes a mark (<see cref="Undecodable"/>). The stream owns its source.
/// </summary>
internal sealed class TranscodingStream : ForwardStream
{
    private const int PieceBytes = 16 * 1024;

    private readonly Stream _source;
    private readonly Decoder _decoder;
    private readonly Dictionary<char, byte> _holes;
    private readonly SearchValues<char> _special;
    private readonly byte[] _bytes = new byte[PieceBytes];
    private readonly char[] _characters;
    private readonly byte[] _output;
    private int _start;
    private int _end;
    private bool _ended;

    /// <param name="source">Bytes in <paramref name="encoding"/>.</param>
    /// <param name="encoding">An encoding with <see cref="UndecodableFallback"/>.</param>
    public TranscodingStream(Stream source, Encoding encoding)
    {
        _source = source;
        _decoder = encoding.GetDecoder();
        _holes = Holes(encoding);
        _special = SearchValues.Create([UndecodableFallback.Sign, .. _holes.Keys]);
        _characters = new char[encoding.GetMaxCharCount(PieceBytes)];
        _output = new byte[Encoding.UTF8.GetMaxByteCount(_characters.Length)];
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_start == _end && !_ended)
        {
            var read = await _source.ReadAsync(_bytes, cancellationToken);
            _ended = read == 0;
            var decoded = _decoder.GetChars(_bytes.AsSpan(0, read), _characters, flush: _ended);
            _start = 0;
            _end = Encode(_characters.AsSpan(0, decoded));
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _output.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// Bytes that an encoding does not define and that .NET's tables give all the same: a control character of the C1 block or a
    /// private character. Taken over, they would be a text that nobody wrote.
    /// </summary>
    private static Dictionary<char, byte> Holes(Encoding encoding)
    {
        var holes = new Dictionary<char, byte>();
        for (var value = 0x80; value <= 0xFF; value++)
        {
            if (encoding.GetString([(byte)value]) is [var character]
                && character is (>= '\u0080' and <= '\u009F') or (>= '\uE000' and <= '\uF8FF'))
            {
                holes[character] = (byte)value;
            }
        }

        return holes;
    }

    private int Encode(ReadOnlySpan<char> characters)
    {
        var length = 0;
        while (true)
        {
            var special = characters.IndexOfAny(_special);
            length += Encoding.UTF8.GetBytes(special < 0 ? characters : characters[..special], _output.AsSpan(length));
            if (special < 0)
            {
                return length;
            }

            characters = characters[special..];
            var target = _output.AsSpan(length);
            if (_holes.TryGetValue(characters[0], out var hole))
            {
                length += Undecodable.Write(hole, target);
                characters = characters[1..];
            }
            else if (characters is [_, var carrier, ..] && UndecodableFallback.IsCarrier(carrier))
            {
                length += Undecodable.Write(UndecodableFallback.Carried(carrier), target);
                characters = characters[2..];
            }
            else
            {
                // The text itself has U+FFFF.
                length += Encoding.UTF8.GetBytes(characters[..1], target);
                characters = characters[1..];
            }
        }
    }
}
