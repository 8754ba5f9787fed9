namespace Pipeline.ServiceDefaults.Lanes;

/// <summary>A worker's answer to a request that it can't serve, whatever the text.</summary>
/// <param name="Code">Stable code in kebab case, such as <c>model-loading</c>.</param>
/// <param name="Reason">One sentence without the text.</param>
/// <param name="RetryAfterSeconds">When to ask again; null when that does not help.</param>
public sealed record RequestRefused(string Code, string Reason, int? RetryAfterSeconds = null)
{
    /// <summary>Seconds after which it may go better, when nothing more is known.</summary>
    public const int Soon = 5;

    /// <summary>The classifier that was asked for is not here, or can't be run.</summary>
    public const string ClassifierNotRunnable = "classifier-not-runnable";
}
