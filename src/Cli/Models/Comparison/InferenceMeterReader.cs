using System.Diagnostics.Metrics;
using Pipeline.Inference.Metrics;

namespace Pipeline.Cli.Models.Comparison;

/// <summary>Adds up what <see cref="InferenceMeter"/> counts while it is open, in this process.</summary>
internal sealed class InferenceMeterReader : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, double> _sums = [];

    public InferenceMeterReader()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == InferenceMeter.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Seconds of a stage.</summary>
    public double Seconds(InferenceStage stage) => Sum(InferenceMeter.Time, ModelText.Lower(stage));

    /// <summary>The sum of an instrument, of one value of its second tag when given.</summary>
    public double Sum(string instrument, string? tag = null)
    {
        lock (_lock)
        {
            return _sums.GetValueOrDefault(Key(instrument, tag));
        }
    }

    public void Dispose() => _listener.Dispose();

    private static string Key(string instrument, string? tag) => tag is null ? instrument : $"{instrument} {tag}";

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var tag = tags.Length > 1 ? tags[1].Value as string : null;
        lock (_lock)
        {
            _sums[instrument.Name] = _sums.GetValueOrDefault(instrument.Name) + value;
            if (tag is not null)
            {
                _sums[Key(instrument.Name, tag)] = _sums.GetValueOrDefault(Key(instrument.Name, tag)) + value;
            }
        }
    }
}
