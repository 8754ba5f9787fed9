namespace Pipeline.Cli.Models.Comparison;

/// <summary>What every contender has to do.</summary>
/// <param name="Tokens">Tokens of each text.</param>
/// <param name="NewTokens">Tokens to append to each; null when texts are embedded.</param>
/// <param name="Rows">Texts that may run together.</param>
/// <param name="Documents">Texts of a round.</param>
/// <param name="Threads">Threads.</param>
internal sealed record Contest(int Tokens, int? NewTokens, int Rows, int Documents, int Threads);
