namespace Pipeline.Ingest.Sources;

/// <summary>The names, as the input spells them, of the fields that are used.</summary>
internal sealed record ColumnSelection(string Text, string? Id, string? Reference)
{
    private const int MaxNamesShown = 20;
    private const int MaxNameCharacters = 40;

    private static readonly string[] TextNames =
        ["text", "content", "body", "description", "内容", "正文", "工单内容", "诉求内容", "问题描述", "工单描述", "投诉内容", "描述"];

    private static readonly string[] IdNames = ["id", "ticket_id", "number", "工单号", "工单编号", "编号"];

    private static readonly string[] ReferenceNames = ["reference", "summary", "参考摘要", "摘要"];

    /// <summary>The field of the candidate, only where the caller named one.</summary>
    public string? Candidate { get; private init; }

    /// <summary>The field of the category, only where the caller named one.</summary>
    public string? Category { get; private init; }

    /// <summary>The names of other fields, as far as they are known: a few, and cut.</summary>
    public IReadOnlyList<string> Unused { get; private init; } = [];

    /// <summary>Chooses the named column, or else the first well-known one. Case does not count.</summary>
    /// <param name="names">Every name there is.</param>
    /// <param name="options">The names that the caller gave.</param>
    /// <param name="source">What to call the input in an error.</param>
    /// <param name="typical">Names of a typical record, in which a well-known one is looked for first.</param>
    /// <exception cref="SourceException">A named column is not there, or no column is known to hold the text.</exception>
    public static ColumnSelection Choose(
        IReadOnlyCollection<string> names, SourceOptions options, string source, IReadOnlyCollection<string>? typical = null)
    {
        typical ??= names;
        var text = Named(options.TextColumn, "--text-column", names, source) ?? Known(TextNames, typical)
            ?? throw new SourceException(
                $"{source} has no column that is known to hold the text ({string.Join(", ", TextNames)}); "
                + $"the columns are: {Show(names)}. Name one with --text-column.")
            {
                Chinese = $"{source} 中没有可识别的正文列（{string.Join("、", TextNames)}）；现有列：{Show(names)}。请用 --text-column 指定。",
            };
        var candidate = Named(options.CandidateColumn, "--candidate-column", names, source);
        var category = Named(options.CategoryColumn, "--category-column", names, source);
        var id = Named(options.IdColumn, "--id-column", names, source)
            ?? Known(IdNames, typical, text) ?? Known(IdNames, names, text);
        var reference = Named(options.ReferenceColumn, "--reference-column", names, source)
            ?? Known(ReferenceNames, typical, text, candidate) ?? Known(ReferenceNames, names, text, candidate);
        return new(text, id, reference)
        {
            Candidate = candidate,
            Category = category,
            Unused = [.. names.Except(((string?[])[text, id, reference, candidate, category]).OfType<string>()).Take(MaxNamesShown).Select(Shorten)],
        };
    }

    /// <summary>True when one of the well-known names of the text is there.</summary>
    public static bool HasKnownText(IReadOnlyCollection<string> names) => Known(TextNames, names) is not null;

    private static string? Named(string? wanted, string option, IReadOnlyCollection<string> names, string source)
    {
        if (wanted is null)
        {
            return null;
        }

        return names.FirstOrDefault(name => name == wanted) ?? names.FirstOrDefault(name => Same(name, wanted))
            ?? throw new SourceException($"{source} has no column '{wanted}'; the columns are: {Show(names)}. Correct {option}.")
            {
                Chinese = $"{source} 中没有列 '{wanted}'；现有列：{Show(names)}。请改正 {option}。",
            };
    }

    private static string? Known(string[] wanted, IReadOnlyCollection<string> names, params ReadOnlySpan<string?> except)
    {
        foreach (var candidate in wanted)
        {
            if (names.FirstOrDefault(name => Same(name, candidate)) is { } name && !except.Contains(name))
            {
                return name;
            }
        }

        return null;
    }

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    // Of a file without a header the first record would be shown: a few cut names tell enough.
    private static string Show(IReadOnlyCollection<string> names)
    {
        var shown = string.Join(", ", names.Take(MaxNamesShown).Select(Shorten));
        return names.Count switch
        {
            0 => "none",
            > MaxNamesShown => $"{shown} and {names.Count - MaxNamesShown} more",
            _ => shown,
        };
    }

    private static string Shorten(string name) => name.Length > MaxNameCharacters ? $"{name[..MaxNameCharacters]}..." : name;
}
