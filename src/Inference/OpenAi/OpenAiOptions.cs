using System.ComponentModel.DataAnnotations;

namespace Pipeline.Inference.OpenAi;

/// <summary>How endpoints are used. Section <c>Pipeline:OpenAi</c>; none of it changes a result.</summary>
public sealed class OpenAiOptions
{
    /// <summary>Requests to one endpoint at the same time.</summary>
    /// <value>The default is 8.</value>
    [Range(1, 512)]
    public int Concurrency { get; set; } = 8;

    /// <summary>Longest wait for one answer, its body included.</summary>
    /// <value>The default is one minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a request is repeated that was answered with 408, 429 or 5xx, broke off or timed out.</summary>
    /// <value>The default is 2. With all waits it has to stay within the worker's <c>TextDeadline</c>.</value>
    [Range(1, 10)]
    public int MaxRetries { get; set; } = 2;

    /// <summary>First wait before a repetition; it doubles each time, with jitter. <c>Retry-After</c> overrides it.</summary>
    /// <value>The default is one second.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before a repetition. An endpoint that asks for more counts as unavailable.</summary>
    /// <value>The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(30);
}
