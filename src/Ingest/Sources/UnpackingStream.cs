using ZstdSharp;

namespace Pipeline.Ingest.Sources;

/// <summary>Unpacked data; what the decompressor throws at damaged or cut data becomes a sentence that names the place.</summary>
internal sealed class UnpackingStream(Stream decompressor, string name, string format, string test) : ForwardStream
{
    private long _unpacked;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await decompressor.ReadAsync(buffer, cancellationToken);
            _unpacked += read;
            return read;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or ZstdException)
        {
            throw new SourceException(
                $"{name} is cut short or damaged: its {format} data cannot be unpacked beyond byte {_unpacked} of the content. "
                + $"Fetch the file again, or check it with: {test}", exception);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await decompressor.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            decompressor.Dispose();
        }

        base.Dispose(disposing);
    }
}
