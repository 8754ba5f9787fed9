namespace Pipeline.Cli.Models.Comparison;

/// <summary>Something that can be timed.</summary>
/// <param name="Name">As it is shown.</param>
/// <param name="IsPeer">Another program, not ours.</param>
/// <param name="RunAsync">Does the contest's work once.</param>
internal sealed record Contender(string Name, bool IsPeer, Func<CancellationToken, Task<ContestResult>> RunAsync);
