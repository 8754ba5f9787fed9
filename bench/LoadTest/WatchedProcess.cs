using System.Diagnostics;
using System.Globalization;

namespace Pipeline.LoadTest;

/// <summary>One process of the product with what it used: CPU seconds and peak resident memory, as the kernel counts them.</summary>
internal sealed class WatchedProcess : IDisposable
{
    private readonly Process _process;
    private double _cpuSeconds;
    private double _peakMegabytes;

    private WatchedProcess(string name, Process process) => (Name, _process) = (name, process);

    public string Name { get; }

    public double CpuSeconds => _cpuSeconds;

    public double PeakMegabytes => _peakMegabytes;

    public static WatchedProcess Start(string root, string project, string? arguments, IReadOnlyDictionary<string, string> environment, string log, string? input = null)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = Path.GetDirectoryName(log)!,
            ArgumentList =
            {
                "-c", "exec dotnet \"$0\" $1 >\"$2\" 2>&1 <\"$3\"",
                Path.Combine(root, "artifacts", "bin", project, "release", $"Pipeline.{project}.dll"), arguments ?? "", log, input ?? "/dev/null",
            },
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return new WatchedProcess(project, Process.Start(start)!);
    }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Reads the counters; the last reading before the end is what is reported.</summary>
    public void Sample()
    {
        if (_process.HasExited)
        {
            return;
        }

        try
        {
            var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            _cpuSeconds = (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / 100;
            var peak = File.ReadLines($"/proc/{_process.Id}/status").FirstOrDefault(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
            _peakMegabytes = peak is null ? _peakMegabytes : double.Parse(peak.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            // It ended between the two looks; the last reading stands.
        }
    }

    public async Task WaitAsync()
    {
        while (!_process.HasExited)
        {
            Sample();
            await Task.Delay(50);
        }
    }

    public async Task StopAsync()
    {
        Sample();
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await _process.WaitForExitAsync();
        }
    }

    public void Dispose() => _process.Dispose();
}
