namespace Pipeline.TextMetrics.Facts;

/// <summary>A number with its unit as it stands in a text, or an identifier.</summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="NumberLength">Characters of the number.</param>
/// <param name="Length">Characters of number and unit, with the space between them.</param>
/// <param name="Number">The number as written, in half width.</param>
/// <param name="Value">Its value; null for an identifier, a time, a date or a fraction, which are compared as written.</param>
/// <param name="Unit">Its unit; <see cref="Unit.None"/> where there is none.</param>
internal readonly record struct Quantity(int Start, int NumberLength, int Length, string Number, decimal? Value, Unit Unit)
{
    /// <summary>Index behind its last character.</summary>
    public int End => Start + Length;

    /// <summary>Whether the numbers are the same: equal values, or the same characters.</summary>
    public bool HasNumberOf(in Quantity other) => Value is { } value && other.Value is { } theirs ? value == theirs : Number == other.Number;

    /// <summary>Whether the units are the same in any spelling.</summary>
    public bool HasUnitOf(in Quantity other) => Unit == other.Unit;

    /// <summary>Whether both are the same amount in different units of one dimension: 90分钟 and 1.5小时, 120% and 1.2倍.</summary>
    public bool IsConversionOf(in Quantity other) => Value is { } value && other.Value is { } theirs && Unit.Dimension is { } dimension
        && dimension == other.Unit.Dimension && !HasUnitOf(other) && value * Unit.Factor == theirs * other.Unit.Factor;
}
