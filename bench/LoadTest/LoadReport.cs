namespace Pipeline.LoadTest;

/// <summary>Results as Markdown.</summary>
internal static class LoadReport
{
    /// <summary>One run in detail.</summary>
    public static void WriteRun(TextWriter output, LoadResult run)
    {
        output.WriteLine($"### {run.Documents:N0} work orders");
        output.WriteLine();
        output.WriteLine("| stage | rows | seconds from start | per second |");
        output.WriteLine("| --- | --: | --: | --: |");
        foreach (var stage in run.Stages)
        {
            output.WriteLine($"| {stage.Name} | {stage.Rows:N0} | {stage.Seconds:0.0} | {stage.Rows / stage.Seconds:N0} |");
        }

        output.WriteLine();
        output.WriteLine("| process | CPU seconds | CPU ms per document | peak resident memory, MB |");
        output.WriteLine("| --- | --: | --: | --: |");
        foreach (var process in run.Processes)
        {
            output.WriteLine($"| {process.Name} | {process.CpuSeconds:0.0} | {1000 * process.CpuSeconds / run.Documents:0.00} | {process.PeakMegabytes:0} |");
        }

        output.WriteLine();
        output.WriteLine("| table | rows | table, MB | indexes, MB |");
        output.WriteLine("| --- | --: | --: | --: |");
        foreach (var table in run.Tables)
        {
            output.WriteLine($"| {table.Name} | {table.Rows:N0} | {table.HeapMegabytes:0} | {table.IndexMegabytes:0} |");
        }

        output.WriteLine();
        output.WriteLine($"ANN index over {run.Index.Vectors:N0} source texts, built after the load: {run.Index.Seconds:0.0} s, "
            + $"{run.Index.Megabytes:0} MB, PostgreSQL's memory at most {run.Index.PeakMegabytes:0} MB.");
        output.WriteLine();
    }

    /// <summary>All runs side by side; CPU per document is what shows whether the work itself stays linear.</summary>
    public static void WriteGrowth(TextWriter output, IReadOnlyList<LoadResult> runs)
    {
        output.WriteLine("| work orders | seconds | per second | CPU ms per document | of it PostgreSQL | services' memory, MB | PostgreSQL's memory, MB "
            + "| tables, MB | their indexes, MB | bytes per document | ANN build, s | vectors per second | ANN size, MB | ANN build memory, MB |");
        output.WriteLine("| --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
        foreach (var run in runs)
        {
            var postgres = run.Processes.Single(process => process.Name.StartsWith("PostgreSQL", StringComparison.Ordinal));
            var services = run.Processes.Where(process => !process.Name.Contains("all processes", StringComparison.Ordinal)).ToList();
            var heap = run.Tables.Sum(table => table.HeapMegabytes);
            var indexes = run.Tables.Sum(table => table.IndexMegabytes);
            output.WriteLine($"| {run.Documents:N0} | {run.Seconds:0} | {run.Documents / run.Seconds:N0} "
                + $"| {1000 * run.Processes.Sum(process => process.CpuSeconds) / run.Documents:0.00} | {1000 * postgres.CpuSeconds / run.Documents:0.00} "
                + $"| {services.Min(process => process.PeakMegabytes):0}–{services.Max(process => process.PeakMegabytes):0} | {postgres.PeakMegabytes:0} "
                + $"| {heap:0} | {indexes:0} | {(heap + indexes) * 1048576 / run.Documents:N0} "
                + $"| {run.Index.Seconds:0} | {run.Index.Vectors / run.Index.Seconds:N0} | {run.Index.Megabytes:0} | {run.Index.PeakMegabytes:0} |");
        }
    }
}
