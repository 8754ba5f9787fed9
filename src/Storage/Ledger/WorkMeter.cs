using System.Diagnostics.Metrics;

namespace Pipeline.Storage.Ledger;

/// <summary>What a worker's chunks take outside the engine. Every instrument only grows.</summary>
public static class WorkMeter
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Pipeline.Work";

    /// <summary>Seconds in which results were committed, waiting for PostgreSQL included.</summary>
    public const string WriteTime = "pipeline.work.write.time";

    /// <summary>Texts that were settled, by <c>outcome</c>: <c>done</c> or <c>failed</c>.</summary>
    public const string Texts = "pipeline.work.texts";

    private static readonly Meter s_meter = new(Name);

    internal static Counter<double> WriteTimeCounter { get; } = s_meter.CreateCounter<double>(WriteTime, "s", "Time of commits.");

    internal static Counter<long> TextsCounter { get; } = s_meter.CreateCounter<long>(Texts, "{text}", "Texts that were settled.");
}
