namespace Pipeline.TextMetrics.Facts;

/// <summary>What a fact of a text is.</summary>
public enum FactKind
{
    /// <summary>A number, with its unit where it has one.</summary>
    Number,

    /// <summary>A share: %, ‰, 成, 倍, 百分之….</summary>
    Percentage,

    /// <summary>Money.</summary>
    Amount,

    /// <summary>A date or a part of one.</summary>
    Date,

    /// <summary>A time of day.</summary>
    Time,

    /// <summary>An order number, a model, a room, an address, a version.</summary>
    Identifier,

    /// <summary>A share told in another unit than in the source: 1.2倍 for 120%. The value is right, the form is not.</summary>
    Converted,

    /// <summary>A predicate that the source denies and the summary asserts, or the other way round.</summary>
    Negation,
}
