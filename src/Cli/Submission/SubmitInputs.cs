using Pipeline.Cli.Output;
using Pipeline.Ingest.Sources;

namespace Pipeline.Cli.Submission;

/// <summary>Opens what the command line names: a file, or standard input.</summary>
internal static class SubmitInputs
{
    /// <summary>The file's name that means standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Opens the input; standard input is copied first.</summary>
    public static async Task<ISourceInput> OpenAsync(string file, ProgressDisplay display, CancellationToken cancellationToken)
    {
        if (file != StandardInput)
        {
            return new FileInput(file);
        }

        await using var input = Console.OpenStandardInput();
        return await SpooledInput.CopyAsync(
            "standard input", "stdin", input, new Reporter<long>(bytes => display.Show($"reading  {bytes / 1e6:N0} MB")), cancellationToken);
    }
}
