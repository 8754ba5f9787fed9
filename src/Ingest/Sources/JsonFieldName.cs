using System.Text;
using System.Text.Json;

namespace Pipeline.Ingest.Sources;

/// <summary>A field name to compare with, without decoding every name of every line. Case does not count.</summary>
internal sealed class JsonFieldName(string name)
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(name);

    public override string ToString() => name;

    /// <summary>True when the reader stands on this property name.</summary>
    public bool Matches(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            return string.Equals(JsonText.Read(ref reader), name, StringComparison.OrdinalIgnoreCase);
        }

        return reader.ValueSpan.SequenceEqual(_bytes) || Ascii.EqualsIgnoreCase(reader.ValueSpan, _bytes);
    }
}
