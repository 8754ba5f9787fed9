using System.Globalization;

namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>A place in the order of a batch: everything of a line up to this recipe comes before it.</summary>
/// <param name="Line">Line in the submitted file.</param>
/// <param name="Recipe">Recipe; null when the whole line comes before.</param>
public sealed record DocumentKey(long Line, string? Recipe)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; anything else is no place.</summary>
    public static DocumentKey? Parse(string? value)
    {
        var parts = (value ?? "").Split('~', 2);
        return long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            ? new DocumentKey(line, parts.Length == 2 ? parts[1] : null)
            : null;
    }

    /// <inheritdoc />
    public override string ToString() => Recipe is null ? string.Create(CultureInfo.InvariantCulture, $"{Line}") : string.Create(CultureInfo.InvariantCulture, $"{Line}~{Recipe}");
}
