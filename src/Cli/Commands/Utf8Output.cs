using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pipeline.Cli.Commands;

/// <summary>Results on standard output: UTF-8 without a byte order mark, whatever the terminal's locale says.</summary>
internal static class Utf8Output
{
    private static readonly JsonWriterOptions _readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static StreamWriter Open() => new(Console.OpenStandardOutput(), new UTF8Encoding(false)) { NewLine = "\n" };

    /// <summary>One JSON object on one line; Chinese stays readable.</summary>
    public static string Json(Action<Utf8JsonWriter> properties)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, _readable))
        {
            writer.WriteStartObject();
            properties(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
