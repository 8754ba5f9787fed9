using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Pipeline.ScoreSpeed;

/// <summary>Times the function <c>scores</c> of a Python module on pairs.</summary>
internal static class Python
{
    private const string Script = """
        import importlib.util, json, sys, time
        spec = importlib.util.spec_from_file_location("scorer", sys.argv[1])
        scorer = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(scorer)
        pairs = json.load(sys.stdin)
        start = time.process_time()
        for reference, candidate in pairs:
            scorer.scores(reference, candidate)
        print(len(pairs) / (time.process_time() - start))
        """;

    /// <summary>Pairs a second of CPU time, in one pass.</summary>
    public static double PairsPerSecond(string module, TextPair[] pairs)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Script, module])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("python3 did not start.");
        python.StandardInput.Write(JsonSerializer.Serialize(pairs.Select(pair => (string[])[pair.Reference, pair.Candidate])));
        python.StandardInput.Close();
        var output = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        return python.ExitCode == 0
            ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"python3 ended with {python.ExitCode}.");
    }
}
