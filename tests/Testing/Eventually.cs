using System.Diagnostics;

namespace Pipeline.Testing;

/// <summary>Bounded waiting for something that happens elsewhere.</summary>
public static class Eventually
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks until the answer is true; fails with <paramref name="describe"/> when the time is up.</summary>
    public static async Task TrueAsync(Func<Task<bool>> ask, TimeSpan limit, Func<string> describe)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await ask())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < limit, $"Not within {limit.TotalSeconds:0.#} s: {describe()}");
            await Task.Delay(s_interval, TestContext.Current.CancellationToken);
        }
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, TimeSpan, Func{string})"/>
    public static Task TrueAsync(Func<bool> ask, TimeSpan limit, Func<string> describe) => TrueAsync(() => Task.FromResult(ask()), limit, describe);
}
