using System.ComponentModel.DataAnnotations;

namespace Pipeline.ServiceDefaults;

/// <summary>How a worker works. Each kind of worker has a section of its own.</summary>
public abstract class WorkerOptions
{
    /// <summary>Chunks in work at the same time; while one runs, another is written.</summary>
    /// <value>The default is 2.</value>
    [Range(1, 64)]
    public int Concurrency { get; set; } = 2;

    /// <summary>A chunk whose worker gave no sign for this long is sent again.</summary>
    /// <value>The default is 2 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest time without a finished text before the texts that run are given up as timed out.</summary>
    /// <value>The default is 5 minutes. At most 9: a chunk has 10, and a text that runs alone must meet its own limit first.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:09:00")]
    public TimeSpan TextDeadline { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait for PostgreSQL inside the worker before a message goes back to its queue.</summary>
    /// <value>The default is 2 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan MaxOutage { get; set; } = TimeSpan.FromMinutes(2);
}
