namespace Pipeline.Cli.Health;

/// <summary>What <c>calibrate</c> was asked.</summary>
internal sealed record CalibrationRequest(
    string Batch, string? Recipe, IReadOnlyList<int> Lengths, double FalseAlarms, CalibrationStep Step, bool Json);
