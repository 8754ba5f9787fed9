using System.CommandLine;
using Pipeline.Cli.Evaluation;
using Pipeline.Cli.Output;
using Pipeline.Inference.Models;

namespace Pipeline.Cli.Models;

/// <summary>Standard input as lines for a model, a window at a time, so that a file of any size streams through.</summary>
internal static class ModelLines
{
    // Lines that run together; the answers come in the order of the lines.
    private const int Window = 256;

    public static Option<string> Model() => new("--model", "-m") { Description = Say("Name of the model.", "模型名称。"), HelpName = "M", Required = true };

    public static Option<int> Threads()
    {
        var threads = new Option<int>("--threads") { Description = Say("Threads: of a generator's run, or of an embedder's runs side by side. Default: one for each core.", "线程数：生成模型每次运行的线程，或向量模型并行运行的个数。默认：每核一个。"), HelpName = "N" };
        threads.Validators.Add(result =>
        {
            if (result.TryGet<int>(out var given) && given < 0)
            {
                result.AddError(Say("--threads must be 0 or more.", "--threads 必须大于等于 0。"));
            }
        });
        return threads;
    }

    /// <summary>
    /// Reads to the end, and makes ids of a window while the one before it runs. Lines that can't be used are named on standard error, the
    /// first of them, and the others go on.
    /// </summary>
    /// <param name="prepare">Makes ids of a line; refuses it by <see cref="FormatException"/> or <see cref="ModelException"/>.</param>
    /// <param name="run">Runs a window of lines and their ids; returns how many have no answer.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code: success when every line has its answer.</returns>
    public static async Task<int> RunAsync(
        Func<ModelInput, int[]> prepare, Func<IReadOnlyList<(string Id, int[] Ids)>, Task<int>> run, CancellationToken cancellationToken)
    {
        var window = new List<(string, int[])>();
        var running = Task.FromResult(0);
        var refused = 0;
        var complaints = new LineComplaints(Console.Error);
        try
        {
            await foreach (var (number, line) in JsonLines.ReadAsync(Console.OpenStandardInput(), cancellationToken))
            {
                try
                {
                    var input = ModelInput.Parse(number, line);
                    window.Add((input.Id, prepare(input)));
                }
                catch (Exception exception) when (exception is FormatException or ModelException)
                {
                    refused++;
                    complaints.Add(Say($"line {number}: {exception.Message}", $"第 {number} 行：{exception.Message}"));
                }

                if (window.Count == Window)
                {
                    refused += await running;
                    var full = window;
                    running = Task.Run(() => run(full), CancellationToken.None);
                    window = [];
                }
            }

            complaints.Complete();
            refused += await running;
        }
        finally
        {
            // The caller closes the model when this ends; a failure of the run is thrown above.
            await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        refused += await run(window);
        return refused == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
