using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Cli.Status;

/// <summary>A snapshot as JSON.</summary>
internal static class StatusJson
{
    /// <summary>Names in snake case, text as it is.</summary>
    public static JsonSerializerOptions Options { get; } =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };

    /// <summary>What is serialised.</summary>
    public static object Of(StatusSnapshot status) => new
    {
        status.Queues,
        ReadyMessages = status.Ready,
        status.Workers,
        status.Batches,
        status.Indexes,
        EtaSeconds = status.Eta?.TotalSeconds,
    };
}
