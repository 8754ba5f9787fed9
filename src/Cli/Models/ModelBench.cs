using System.Diagnostics;
using Pipeline.Inference.Encoders;
using Pipeline.Inference.Generation;

namespace Pipeline.Cli.Models;

/// <summary>Times a model on random tokens.</summary>
internal sealed class ModelBench(TimeProvider time, TimeSpan least, CancellationToken cancellationToken)
{
    /// <summary>Embeds batches of one size, as many side by side as the model has lanes, for at least the time given; the first runs do not count.</summary>
    public BenchResult Embed(EncoderModel model, int batch, int tokens)
    {
        var rows = Rows(batch, tokens, model.Vocabulary);
        var (runs, seconds) = Repeat(() => Parallel.For(0, model.Lanes, _ => model.Run(rows)));
        var texts = batch * model.Lanes / seconds;
        return new(runs, texts, tokens * texts, null, PeakMemory());
    }

    /// <summary>Reads prompts and appends tokens to them for at least the time given, after one run that does not count.</summary>
    public BenchResult Generate(IDecoder model, int batch, int tokens, int newTokens)
    {
        var rows = Rows(batch, tokens, model.VocabularySize);
        var next = new int[batch];
        var reading = TimeSpan.Zero;
        var appending = TimeSpan.Zero;
        var (runs, seconds) = Repeat(() =>
        {
            var start = time.GetTimestamp();
            using var run = model.Start(rows, newTokens);
            var read = time.GetTimestamp();
            for (var i = 0; i < newTokens; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                run.Append(next);
            }

            reading = time.GetElapsedTime(start, read);
            appending = time.GetElapsedTime(read);
        });
        return new(
            runs, batch / seconds, batch * tokens / reading.TotalSeconds, batch * newTokens / appending.TotalSeconds, PeakMemory());
    }

    private static List<int[]> Rows(int batch, int tokens, int vocabulary)
    {
        var random = new Random(batch);
        return [.. Enumerable.Range(0, batch).Select(_ => Enumerable.Range(0, tokens).Select(_ => random.Next(vocabulary)).ToArray())];
    }

    private (int Runs, double SecondsOfRun) Repeat(Action run)
    {
        run();
        var start = time.GetTimestamp();
        var runs = 0;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            run();
            runs++;
        }
        while (time.GetElapsedTime(start) < least);

        return (runs, time.GetElapsedTime(start).TotalSeconds / runs);
    }

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
