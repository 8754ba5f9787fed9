namespace Pipeline.Ingest.Tests.Sources;

/// <summary>Gives one to seven bytes a read, so that every token of the input is cut somewhere.</summary>
internal sealed class TrickleStream(byte[] bytes, int seed) : MemoryStream(bytes)
{
    private readonly Random _random = new(seed);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, _random.Next(1, 8))], cancellationToken);
}
