namespace Pipeline.Storage.Alerts;

/// <summary>How urgent an alert is. Stored in lower case.</summary>
public enum AlertSeverity
{
    /// <summary>Somebody should look at it.</summary>
    Warning,

    /// <summary>Results are being made that should not be used.</summary>
    Critical,
}
