namespace Pipeline.Cli.Models;

/// <summary>What one batch size gave.</summary>
/// <param name="Runs">Runs that were timed.</param>
/// <param name="DocumentsPerSecond">Texts a second; with a generator those whose new tokens were appended.</param>
/// <param name="TokensPerSecond">Tokens a second that were read: of an encoder all, of a generator the prompts', by the last run.</param>
/// <param name="NewTokensPerSecond">Tokens a second that were appended, by the last run; null for an encoder.</param>
/// <param name="MemoryBytes">The process's memory at its highest so far, weights that are mapped from the disk included.</param>
internal readonly record struct BenchResult(
    int Runs, double DocumentsPerSecond, double TokensPerSecond, double? NewTokensPerSecond, long MemoryBytes);
