using System.Buffers;

namespace Pipeline.Ingest.Sources;

/// <summary>The part of a stream that is held in memory: grows while a record is incomplete, slides when one is left behind.</summary>
internal sealed class ByteWindow(Stream stream) : IDisposable
{
    private const int InitialBytes = 256 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Position in the stream of the first byte of <see cref="Span"/>.</summary>
    public long Offset { get; private set; }

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(_start, _end - _start);

    public void Consume(int count)
    {
        _start += count;
        Offset += count;
    }

    /// <summary>Appends what one read gives; false at the end of the stream.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return false;
        }

        if (_end == _buffer.Length)
        {
            MakeRoom();
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        _ended = read == 0;
        return !_ended;
    }

    /// <summary>Reads on until <paramref name="count"/> bytes are held or the stream ends.</summary>
    public async ValueTask FillToAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count && await FillAsync(cancellationToken))
        {
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
        _ended = true;
    }

    private void MakeRoom()
    {
        var held = Span;
        // Sliding costs a copy of what is held, so it must free at least as much as it copies.
        if (held.Length <= _buffer.Length / 2)
        {
            held.CopyTo(_buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            held.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        _end -= _start;
        _start = 0;
    }
}
