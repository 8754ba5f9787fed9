using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pipeline.Ingest.Sources;

/// <summary>JSON strings, lone surrogates left in place: the reader's own decoder throws on an escape like <c>\ud800</c>.</summary>
internal static class JsonText
{
    /// <summary>The string at the reader's position; the input must be valid UTF-8.</summary>
    public static string Read(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? Unescape(reader.ValueSpan) : Encoding.UTF8.GetString(reader.ValueSpan);

    // The reader has already checked that every escape is well formed.
    private static string Unescape(ReadOnlySpan<byte> value)
    {
        var characters = ArrayPool<char>.Shared.Rent(value.Length);
        var length = 0;
        while (true)
        {
            var escape = value.IndexOf((byte)'\\');
            length += Encoding.UTF8.GetChars(escape < 0 ? value : value[..escape], characters.AsSpan(length));
            if (escape < 0)
            {
                break;
            }

            var kind = value[escape + 1];
            characters[length++] = kind switch
            {
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                (byte)'u' => (char)ushort.Parse(value.Slice(escape + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                _ => (char)kind,
            };
            value = value[(escape + (kind == (byte)'u' ? 6 : 2))..];
        }

        var text = new string(characters, 0, length);
        ArrayPool<char>.Shared.Return(characters);
        return text;
    }
}
