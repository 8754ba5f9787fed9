using System.Globalization;
using Pipeline.Storage.Rows;

namespace Pipeline.Storage.Reports;

/// <summary>How far a batch is, in steps: four for every accepted line and recipe, whether they end well or badly.</summary>
/// <param name="State">The batch's state.</param>
/// <param name="Settled">Steps that have ended.</param>
/// <param name="Steps">All steps of the lines that are there.</param>
public readonly record struct BatchProgress(string State, long Settled, long Steps)
{
    /// <summary>Percent, rounded down, so that 100 means that nothing is left; null while a batch is being loaded and nobody knows how
    /// many lines will come.</summary>
    public int? Percent => State == "loading" ? null : Steps == 0 ? 100 : (int)(100 * Settled / Steps);

    /// <summary>One word for a table.</summary>
    public string Word => State switch
    {
        "loading" or "pruning" => State,
        "cancelled" when Settled == Steps => State,
        _ => string.Create(CultureInfo.InvariantCulture, $"{Percent} %"),
    };

    /// <summary>Progress over the recipes of one batch.</summary>
    public static BatchProgress Of(IReadOnlyCollection<BatchProgressRow> rows) =>
        new(rows.FirstOrDefault()?.BatchState ?? "pruning", rows.Sum(row => row.SettledSteps), rows.Sum(row => row.Steps));
}
