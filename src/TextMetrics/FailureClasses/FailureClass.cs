namespace Pipeline.TextMetrics.FailureClasses;

/// <summary>What small models get wrong about work orders, as the article that this product grew from counts it.</summary>
public enum FailureClass
{
    /// <summary>The text tells several events and the summary leaves one out.</summary>
    MultiEvent,

    /// <summary>The text tells a cause, often far from its effect, and the summary does not.</summary>
    ImplicitCause,

    /// <summary>An abbreviation was changed, spelled out or left out.</summary>
    Abbreviation,

    /// <summary>A number, unit, date or identifier that the text does not have.</summary>
    NumberUnit,
}
