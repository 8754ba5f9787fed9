using System.Globalization;

namespace Pipeline.Inference.Tests;

/// <summary>A row of <c>samples/work-orders.csv</c>.</summary>
internal sealed record WorkOrder(string Id, string Domain, string Text, string Reference, string FailureClass)
{
    /// <summary>Last number of each domain that engines may be tuned on; the rows above it are for evaluation alone.</summary>
    private const int LastForTuning = 15;

    public bool IsForTuning => int.Parse(Id.AsSpan(Id.IndexOf('-', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture) <= LastForTuning;
}
