using Pipeline.Storage.Alerts;

namespace Pipeline.Scoring.Health;

/// <summary>What a rule found.</summary>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Subject">What it looked at.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="Alert">The alert to raise on a breach; else null.</param>
internal sealed record Finding(string Rule, string Subject, Verdict Verdict, Alert? Alert);
