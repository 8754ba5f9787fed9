namespace Pipeline.Storage.Reviews;

/// <summary>Names of reviewers.</summary>
public static class Reviewer
{
    /// <summary>Longest name in characters.</summary>
    public const int MaxLength = 60;

    /// <summary>The name without white space around it; null when it can't be one.</summary>
    public static string? Clean(string? name) =>
        name?.Trim() is { Length: > 0 and <= MaxLength } trimmed && !trimmed.Any(char.IsControl) && IsText(trimmed) ? trimmed : null;

    // A lone surrogate can't be stored.
    private static bool IsText(string name) => name.EnumerateRunes().All(rune => rune.Value != 0xFFFD);
}
