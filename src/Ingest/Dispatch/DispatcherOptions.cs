using System.ComponentModel.DataAnnotations;

namespace Pipeline.Ingest.Dispatch;

/// <summary>How pending work becomes messages. Section <c>Pipeline:Dispatcher</c>.</summary>
public sealed class DispatcherOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Pipeline:Dispatcher";

    /// <summary>Most chunks outstanding per queue. Keeps the broker small whatever the backlog.</summary>
    /// <value>The default is 2,000.</value>
    [Range(1, 100_000)]
    public int MaxOutstandingChunks { get; set; } = 2000;

    /// <summary>Time between two looks at the ledger when there is nothing to send.</summary>
    /// <value>The default is half a second.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A chunk that nobody has begun counts as lost when its queue was seen empty for this long.</summary>
    /// <value>The default is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan LostAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A send that was not confirmed by then counts as unknown: the chunk waits, and is sent again should it prove lost.</summary>
    /// <value>The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
