using System.Text.Json.Serialization;

namespace Pipeline.Storage.Alerts;

/// <summary>How urgent an alert is. Stored, and written in JSON, in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertSeverity>))]
public enum AlertSeverity
{
    /// <summary>Somebody should look at it.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>Results are being made that should not be used.</summary>
    [JsonStringEnumMemberName("critical")]
    Critical,
}
