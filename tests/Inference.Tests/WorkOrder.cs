using System.Globalization;

namespace Pipeline.Inference.Tests;

/// <summary>A row of <c>samples/work-orders.csv</c>.</summary>
internal sealed record WorkOrder(string Id, string Domain, string Text, string Reference, string FailureClass)
{
    /// <summary>Last number of each domain that engines may be tuned on; the rows above it are for evaluation alone.</summary>
    private const int LastForTuning = 15;

    public bool IsForTuning => int.Parse(Id.AsSpan(Id.IndexOf('-', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture) <= LastForTuning;

    /// <summary>English without any ideograph, Mixed with more Latin letters than ideographs, else Chinese.</summary>
    public string Language
    {
        get
        {
            var (ideographs, letters) = (Text.Count(c => c is >= '\u4e00' and <= '\u9fff'), Text.Count(char.IsAsciiLetter));
            return ideographs == 0 ? "English" : letters > ideographs ? "Mixed" : "Chinese";
        }
    }
}
