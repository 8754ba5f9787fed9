using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Storage.Alerts;

namespace Pipeline.Scoring.Alerts;

/// <summary>The JSON object that a webhook gets. Members are only ever added.</summary>
internal static class WebhookBody
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The bytes, UTF-8; the same news give the same bytes at every attempt, unless the alert was seen again in between.</summary>
    public static byte[] Of(AlertNews news)
    {
        var (row, alert) = (news.Row, news.Row.Alert);
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                DeliveryId = news.Id,
                news.Event,
                AlertId = row.Id,
                alert.Tenant,
                alert.Rule,
                alert.Subject,
                alert.Severity,
                alert.Message,
                alert.Value,
                alert.Threshold,
                Detail = JsonNode.Parse(alert.Detail),
                alert.Query,
                row.OpenedAt,
                row.LastSeenAt,
                row.Occurrences,
                row.ResolvedAt,
                row.AcknowledgedBy,
            },
            s_json);
    }
}
