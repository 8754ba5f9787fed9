using System.Diagnostics;

namespace Pipeline.ScoreSpeed;

/// <summary>Pairs a second: the median of five rounds, after six in which the code is compiled for good.</summary>
internal static class Speed
{
    private const int WarmUp = 6;
    private const int Rounds = 5;
    private static readonly TimeSpan s_roundTime = TimeSpan.FromSeconds(0.5);

    /// <summary>By CPU time, so that other work on the machine counts little.</summary>
    public static double OfOneThread(TextPair[] pairs, Func<TextPair, double> score) => Median(() =>
    {
        var start = Environment.CpuUsage.TotalTime;
        var done = 0;
        TimeSpan used;
        do
        {
            Pass(pairs, score);
            done += pairs.Length;
            used = Environment.CpuUsage.TotalTime - start;
        }
        while (used < s_roundTime);

        return done / used.TotalSeconds;
    });

    /// <summary>By the clock, which needs an idle machine.</summary>
    public static double OfThreads(int threads, TextPair[] pairs, Func<TextPair, double> score) => Median(() =>
    {
        var start = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var done = 0;
                while (Stopwatch.GetElapsedTime(start) < s_roundTime)
                {
                    Pass(pairs, score);
                    done += pairs.Length;
                }

                return done;
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        Task.WaitAll(workers);
        return workers.Sum(worker => worker.Result) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    });

    private static void Pass(TextPair[] pairs, Func<TextPair, double> score)
    {
        foreach (var pair in pairs)
        {
            score(pair);
        }
    }

    private static double Median(Func<double> round) =>
        Enumerable.Range(-WarmUp, Rounds + WarmUp).Select(i => (Round: i, Speed: round())).ToList()
            .Where(measured => measured.Round >= 0).Select(measured => measured.Speed).Order().ElementAt(Rounds / 2);
}
