namespace Pipeline.Inference.Generation.Scheduling;

/// <summary>What may run together.</summary>
/// <param name="Rows">Most rows of bulk work.</param>
/// <param name="InteractiveRows">Rows beyond those, for interactive work alone.</param>
/// <param name="CacheTokens">Most tokens of the key/value cache: rows * the longest row.</param>
/// <param name="PromptTokens">Prompts are begun until they have so many tokens together; then those that run make a step. A longer prompt
/// is begun alone.</param>
/// <param name="RowsTogether">While others run, bulk work begins only when so many rows are free, or an eighth of all: few prompts at a time leave a GPU half idle.</param>
internal readonly record struct RowLimits(int Rows, int InteractiveRows, long CacheTokens, int PromptTokens, int RowsTogether = 1);
