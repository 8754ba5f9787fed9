using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Uniform random numbers that depend on seed, sample number and prompt only, so that a sample is the same in every batch and at every
/// time. Counter based: key = SHA-256(seed as int64, sample number as int32, prompt ids as int32), number t = the first 8 bytes of
/// SHA-256(key, t as int32), shifted right by 11 bits, divided by 2^53. All integers little-endian.
/// </summary>
internal sealed class SampleStream
{
    private readonly byte[] _keyAndCounter = new byte[SHA256.HashSizeInBytes + sizeof(int)];

    public SampleStream(long seed, int sampleNumber, ReadOnlySpan<int> prompt)
    {
        var bytes = new byte[sizeof(long) + sizeof(int) + (prompt.Length * sizeof(int))];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, seed);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(long)), sampleNumber);
        var ids = MemoryMarshal.Cast<byte, int>(bytes.AsSpan(sizeof(long) + sizeof(int)));
        prompt.CopyTo(ids);
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(ids, ids);
        }

        SHA256.HashData(bytes, _keyAndCounter);
    }

    /// <summary>Number <paramref name="index"/> of the stream, in [0, 1).</summary>
    public double this[int index]
    {
        get
        {
            BinaryPrimitives.WriteInt32LittleEndian(_keyAndCounter.AsSpan(SHA256.HashSizeInBytes), index);
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(_keyAndCounter, hash);
            return (BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) / (double)(1UL << 53);
        }
    }
}
