using System.Globalization;
using System.Runtime.InteropServices;
using ParquetSharp;
using Encoding = System.Text.Encoding;

namespace Pipeline.Ingest.Sources;

/// <summary>One value: a string, null, or bytes that are not UTF-8.</summary>
/// <param name="Value">The value; null for none, and for a faulty one.</param>
/// <param name="Fault">What is wrong with it, or null.</param>
internal readonly record struct ParquetCell(string? Value, string? Fault = null)
{
    public static ParquetCell Of(long value) => new(value.ToString(CultureInfo.InvariantCulture));

    public static ParquetCell Of(ulong value) => new(value.ToString(CultureInfo.InvariantCulture));

    public static ParquetCell Of(FixedLenByteArray value) => new(new Guid(Copy(value.Pointer, 16), bigEndian: true).ToString());

    public static ParquetCell Of(ByteArray value)
    {
        var bytes = Copy(value.Pointer, value.Length);
        return StrictUtf8.FirstInvalid(bytes) is >= 0 and var invalid
            ? new ParquetCell(null, $"byte 0x{bytes[invalid]:X2} at byte offset {invalid} of the value is not valid UTF-8")
            : new ParquetCell(Encoding.UTF8.GetString(bytes));
    }

    // The library's memory is valid until the next batch only.
    private static byte[] Copy(IntPtr pointer, int length)
    {
        var bytes = new byte[length];
        Marshal.Copy(pointer, bytes, 0, length);
        return bytes;
    }
}
