using System.Diagnostics.Metrics;

namespace Pipeline.Inference.Metrics;

/// <summary>What the engines measure, by model. All but <see cref="Cache"/> only grow: rates and shares are quotients of two of them.</summary>
public static class InferenceMeter
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Pipeline.Inference";

    /// <summary>Seconds by stage, see <see cref="InferenceStage"/>.</summary>
    public const string Time = "pipeline.inference.time";

    /// <summary>Tokens that were run: <c>kind</c> is <c>prompt</c> (all that is read), <c>new</c>, <c>guessed</c>, or <c>guessed_right</c>.</summary>
    public const string Tokens = "pipeline.inference.tokens";

    /// <summary>Positions that were run and belong to no text.</summary>
    public const string Padding = "pipeline.inference.padding";

    /// <summary>Runs of the model that serve several texts.</summary>
    public const string Runs = "pipeline.inference.runs";

    /// <summary>Rows of those runs; divided by the runs, how full batches are.</summary>
    public const string Rows = "pipeline.inference.rows";

    /// <summary>Texts that got a result or a failure: <c>outcome</c> is <c>done</c> or <c>failed</c>.</summary>
    public const string Texts = "pipeline.inference.texts";

    /// <summary>Bytes of key/value cache that running texts may come to fill; goes up and down.</summary>
    public const string Cache = "pipeline.inference.cache";

    private static readonly Meter s_meter = new(Name);

    internal static Counter<double> TimeCounter { get; } = s_meter.CreateCounter<double>(Time, "s", "Time by stage.");

    internal static Counter<long> TokensCounter { get; } = s_meter.CreateCounter<long>(Tokens, "{token}", "Tokens that were run.");

    internal static Counter<long> PaddingCounter { get; } = s_meter.CreateCounter<long>(Padding, "{token}", "Positions that belong to no text.");

    internal static Counter<long> RunsCounter { get; } = s_meter.CreateCounter<long>(Runs, "{run}", "Runs that serve several texts.");

    internal static Counter<long> RowsCounter { get; } = s_meter.CreateCounter<long>(Rows, "{row}", "Rows of those runs.");

    internal static UpDownCounter<long> CacheCounter { get; } = s_meter.CreateUpDownCounter<long>(Cache, "By", "Key/value cache in use.");

    internal static Counter<long> TextsCounter { get; } = s_meter.CreateCounter<long>(Texts, "{text}", "Texts that were settled.");
}
