namespace Pipeline.Testing;

/// <summary>A clock that stands still until the test moves it; timers run by the real one.</summary>
public sealed class ManualTime : TimeProvider
{
    private long _ticks = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public void Advance(TimeSpan time) => _ticks += time.Ticks;
}
