using System.Globalization;

namespace Pipeline.LoadTest;

/// <summary>CPU seconds and proportional memory of a server's processes, found by a mark in their command line.</summary>
internal static class ServerUse
{
    public static (double CpuSeconds, double Megabytes) Of(params string[] marks)
    {
        double cpu = 0, memory = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out _))
            {
                continue;
            }

            try
            {
                var command = File.ReadAllText(Path.Combine(folder, "cmdline"));
                if (!marks.Any(mark => command.Contains(mark, StringComparison.Ordinal)))
                {
                    continue;
                }

                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                // Own time and that of children that have ended: backends come and go.
                cpu += fields[11..15].Sum(field => double.Parse(field, CultureInfo.InvariantCulture)) / 100;
                var pss = File.ReadLines(Path.Combine(folder, "smaps_rollup")).First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
                memory += double.Parse(pss.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The process is gone.
            }
        }

        return (cpu, memory);
    }
}
