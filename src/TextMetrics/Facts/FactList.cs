namespace Pipeline.TextMetrics.Facts;

/// <summary>The facts of one text: its dates and times, and the quantities and identifiers outside of them.</summary>
internal sealed class FactList
{
    private readonly Lazy<HashSet<decimal>> _words;

    public FactList(string text)
    {
        Narrow = Width.Narrow(text);
        Moments = Facts.Moments.Find(Narrow);
        var moments = Moments;
        Quantities = [.. Facts.Quantities.Find(text).Where(quantity =>
            !moments.Any(moment => quantity.Start < moment.End && moment.Start < quantity.Start + quantity.NumberLength))];
        _words = new(() => SpelledNumbers.ValuesOf(Narrow));
    }

    /// <summary>The text with full-width letters and digits as ASCII, every character at its place.</summary>
    public string Narrow { get; }

    public IReadOnlyList<Moment> Moments { get; }

    public IReadOnlyList<Quantity> Quantities { get; }

    /// <summary>Values of all Chinese numerals and English number words, whatever they count.</summary>
    public HashSet<decimal> Words => _words.Value;
}
