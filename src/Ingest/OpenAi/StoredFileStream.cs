using Pipeline.Ingest.Sources;
using Pipeline.Storage.Files;

namespace Pipeline.Ingest.OpenAi;

/// <summary>The content of a stored file, part by part.</summary>
internal sealed class StoredFileStream(StoredFiles files, string id) : ForwardStream
{
    private byte[] _part = [];
    private int _next;
    private int _position;

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == _part.Length)
        {
            if (await files.PartAsync(id, _next, cancellationToken) is not { } part)
            {
                return 0;
            }

            (_part, _position, _next) = (part, 0, _next + 1);
        }

        var count = Math.Min(buffer.Length, _part.Length - _position);
        _part.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
