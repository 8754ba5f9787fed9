using System.Diagnostics;

namespace Pipeline.Inference.Metrics;

/// <summary>Counts what one model does. Safe to share between threads.</summary>
/// <param name="model">Its name.</param>
internal sealed class ModelMetrics(string model)
{
    private static readonly string[] s_stages = [.. Enum.GetNames<InferenceStage>().Select(name => name.ToLowerInvariant())];

    private readonly KeyValuePair<string, object?> _model = new("model", model);
    private long _cacheBytes;

    /// <summary>Times what runs until it is disposed.</summary>
    public Timing Measure(InferenceStage stage) => new(this, stage, Stopwatch.GetTimestamp());

    /// <summary>Tokens of texts that the model reads.</summary>
    public void Read(int tokens) => InferenceMeter.TokensCounter.Add(tokens, _model, new("kind", "prompt"));

    /// <summary>Tokens that were appended.</summary>
    public void Appended(int tokens) => InferenceMeter.TokensCounter.Add(tokens, _model, new("kind", "new"));

    /// <summary>Tokens that were guessed, and how many of them proved right.</summary>
    public void Guessed(int tokens, int right)
    {
        InferenceMeter.TokensCounter.Add(tokens, _model, new("kind", "guessed"));
        InferenceMeter.TokensCounter.Add(right, _model, new("kind", "guessed_right"));
    }

    /// <summary>A run that serves several texts.</summary>
    public void Ran(int rows, int padding)
    {
        InferenceMeter.RunsCounter.Add(1, _model);
        InferenceMeter.RowsCounter.Add(rows, _model);
        InferenceMeter.PaddingCounter.Add(padding, _model);
    }

    /// <summary>So much key/value cache is in use now.</summary>
    public void Cache(long bytes) => InferenceMeter.CacheCounter.Add(bytes - Interlocked.Exchange(ref _cacheBytes, bytes), _model);

    /// <summary>A text has its outcome.</summary>
    public void Settled(bool isDone) => InferenceMeter.TextsCounter.Add(1, _model, new("outcome", isDone ? "done" : "failed"));

    /// <summary>A span of time that ends when it is disposed.</summary>
    internal readonly struct Timing(ModelMetrics metrics, InferenceStage stage, long start) : IDisposable
    {
        public void Dispose() => InferenceMeter.TimeCounter.Add(
            Stopwatch.GetElapsedTime(start).TotalSeconds, metrics._model, new("stage", s_stages[(int)stage]));
    }
}
