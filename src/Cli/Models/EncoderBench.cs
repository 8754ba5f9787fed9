using System.Diagnostics;
using Pipeline.Inference.Encoders;

namespace Pipeline.Cli.Models;

/// <summary>Times an encoder on random tokens.</summary>
internal sealed class EncoderBench(EncoderModel model, TimeProvider time)
{
    /// <summary>Runs batches of one size for at least the time given, after one run that does not count.</summary>
    public BenchResult Measure(int batch, int tokens, TimeSpan least, CancellationToken cancellationToken)
    {
        var random = new Random(batch);
        var rows = Enumerable.Range(0, batch).Select(_ => Enumerable.Range(0, tokens).Select(_ => random.Next(model.Vocabulary)).ToArray()).ToList();
        model.Run(rows);
        var start = time.GetTimestamp();
        var runs = 0;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            model.Run(rows);
            runs++;
        }
        while (time.GetElapsedTime(start) < least);

        var seconds = time.GetElapsedTime(start).TotalSeconds;
        using var process = Process.GetCurrentProcess();
        return new(runs, runs * batch / seconds, process.PeakWorkingSet64);
    }
}
