using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.Cli.Models.Comparison;

/// <summary>
/// A driver of llama.cpp in a folder: the program <c>bench</c> and <c>models/ARCHITECTURE-TYPE.gguf</c>. Called as
/// <c>bench doc MODEL ROWS -n TOKENS -g NEW</c> or <c>bench emb MODEL TOKENS -B ROWS</c>; its median comes on a line of standard output as
/// <c>median N s/doc</c> or <c>median N texts/s</c>.
/// </summary>
internal sealed partial class LlamaContenders(string folder, Contest contest)
{
    // Half as many rows as ours may be its best, and for short prefills a smaller physical batch.
    private int[] Rows => contest.Rows > 1 ? [contest.Rows, (contest.Rows + 1) / 2] : [1];

    /// <summary>Every file for this architecture, with the rows that may be best for it; flash attention off, which is faster on CPUs.</summary>
    /// <exception cref="UsageException">The folder has no driver, or no file for the architecture.</exception>
    public IReadOnlyList<Contender> Create(string architecture)
    {
        var program = Path.Combine(folder, "bench");
        var models = Path.Combine(folder, "models");
        var files = Directory.Exists(models) ? Directory.GetFiles(models, $"{architecture}-*.gguf") : [];
        if (!File.Exists(program) || files.Length == 0)
        {
            throw new UsageException(Say(
                $"--peer {folder}: the program 'bench' and models/{architecture}-*.gguf are needed there.",
                $"--peer {folder}：其中需要程序 bench 和 models/{architecture}-*.gguf。"));
        }

        return
        [
            .. from file in files.Order(StringComparer.Ordinal)
               from rows in Rows
               select new Contender(
                   $"llama.cpp {Path.GetFileNameWithoutExtension(file)}, {rows}", true, cancellationToken => RunAsync(program, file, rows, cancellationToken)),
        ];
    }

    [GeneratedRegex(@"median ([\d.]+)(?: max [\d.]+)? (s/doc|texts/s)", RegexOptions.CultureInvariant)]
    private static partial Regex Median();

    private async Task<ContestResult> RunAsync(string program, string file, int rows, CancellationToken cancellationToken)
    {
        string[] work = contest.NewTokens is { } newTokens
            ? ["doc", file, Text(rows), "-n", Text(contest.Tokens), "-g", Text(newTokens), "-u", "128", "-r", "1"]
            : ["emb", file, Text(contest.Tokens), "-B", Text(rows), "-r", "3"];
        var start = new ProcessStartInfo(program, [.. work, "-f", "0", "-q", "0", "-t", Text(contest.Threads)]) { RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new IOException($"{program} did not start.");
        string output;
        try
        {
            output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        var found = Median().Match(output);
        if (process.ExitCode != 0 || !found.Success)
        {
            throw new IOException($"{program} ended with exit code {process.ExitCode} and printed no median: {output}");
        }

        var value = double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture);
        return new(found.Groups[2].Value == "s/doc" ? value : 1 / value, null);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
