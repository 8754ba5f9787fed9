using System.ComponentModel.DataAnnotations;

namespace Pipeline.Scoring.Alerts;

/// <summary>Where alerts are sent. Section <c>Pipeline:Scoring:Webhook</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Pipeline:Scoring:Webhook";

    /// <summary>Address that gets a POST with a JSON object when an alert opens and when it is resolved.</summary>
    /// <value>Not set by default: nothing is sent.</value>
    public string Url { get; set; } = "";

    /// <summary>Key of the HMAC-SHA256 over the body, sent as <c>X-Pipeline-Signature: sha256=...</c>.</summary>
    /// <value>Not set by default: requests are not signed.</value>
    public string Secret { get; set; } = "";

    /// <summary>How long one request may take.</summary>
    /// <value>The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Until the second attempt; doubled with each further one, up to an hour.</summary>
    /// <value>The default is 30 seconds. Looked at once a minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>News that could not be delivered for this long are given up.</summary>
    /// <value>The default is a day.</value>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(1);
}
