namespace Pipeline.TokenizerSpeed;

/// <summary>What one core does in a second of its time, so that other work on the machine counts little.</summary>
internal readonly record struct Speed(double MegabytesPerSecond, double AllocatedPerMegabyte)
{
    private const int Rounds = 5;
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(0.5);

    /// <summary>The median of the rounds, after two rounds in which the code is compiled for good.</summary>
    public static Speed Measure(string[] texts, Func<string, int> tokenize)
    {
        var megabytes = Corpus.Bytes(texts) / 1e6;
        var rounds = new List<Speed>();
        for (var round = -2; round < Rounds; round++)
        {
            var passes = 0;
            var allocated = GC.GetTotalAllocatedBytes();
            var start = Environment.CpuUsage.TotalTime;
            TimeSpan used;
            do
            {
                foreach (var text in texts)
                {
                    tokenize(text);
                }

                passes++;
                used = Environment.CpuUsage.TotalTime - start;
            }
            while (used < RoundTime);

            if (round >= 0)
            {
                var done = passes * megabytes;
                rounds.Add(new Speed(done / used.TotalSeconds, (GC.GetTotalAllocatedBytes() - allocated) / done));
            }
        }

        return rounds.OrderBy(speed => speed.MegabytesPerSecond).ElementAt(Rounds / 2);
    }
}
