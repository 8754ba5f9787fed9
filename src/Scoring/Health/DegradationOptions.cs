using System.ComponentModel.DataAnnotations;

namespace Pipeline.Scoring.Health;

/// <summary>When the latest summaries of a recipe count as worse than before. Section <c>Pipeline:Scoring:Degradation</c>.</summary>
public sealed class DegradationOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Pipeline:Scoring:Degradation";

    /// <summary>Summaries in the window that is looked at.</summary>
    /// <value>The default is the latest 200.</value>
    [Range(20, 10_000)]
    public int Window { get; set; } = 200;

    /// <summary>Fewer than this say nothing yet.</summary>
    /// <value>The default is 30.</value>
    [Range(5, 10_000)]
    public int MinSamples { get; set; } = 30;

    /// <summary>Summaries of a recipe that become its baseline, the first ones.</summary>
    /// <value>The default is 500. Calibrating makes another baseline.</value>
    [Range(20, 100_000)]
    public int Baseline { get; set; } = 500;

    /// <summary>Summaries older than this are not looked at; an alert that was not seen for this long is over.</summary>
    /// <value>The default is a day.</value>
    [Range(typeof(TimeSpan), "00:10:00", "30.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How many standard errors a change must have, besides its size. With it, chance alone raises an alert once in 30,000 looks.</summary>
    /// <value>The default is 4.</value>
    [Range(2.0, 10.0)]
    public double MinStandardErrors { get; set; } = 4;

    /// <summary>Rise of the share of summaries beyond their limits.</summary>
    /// <value>The default is 0.1.</value>
    [Range(0.01, 1.0)]
    public double AlarmShareRise { get; set; } = 0.1;

    /// <summary>Share of summaries beyond their limits that is too many for a recipe without a baseline.</summary>
    /// <value>The default is 0.5: with another embedder the limits of the settings flag correct summaries.</value>
    [Range(0.01, 1.0)]
    public double MaxAlarmShare { get; set; } = 0.5;

    /// <summary>Fall of the mean cosine.</summary>
    /// <value>The default is 0.05.</value>
    [Range(0.001, 1.0)]
    public double CosineFall { get; set; } = 0.05;

    /// <summary>Change of the mean compression, up or down, as a share of the baseline's.</summary>
    /// <value>The default is 0.3.</value>
    [Range(0.01, 10.0)]
    public double CompressionChange { get; set; } = 0.3;

    /// <summary>Share of texts that failed within <see cref="FailurePeriod"/>.</summary>
    /// <value>The default is 0.05.</value>
    [Range(0.001, 1.0)]
    public double MaxFailedShare { get; set; } = 0.05;

    /// <summary>See <see cref="MaxFailedShare"/>.</summary>
    /// <value>The default is 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan FailurePeriod { get; set; } = TimeSpan.FromMinutes(10);
}
