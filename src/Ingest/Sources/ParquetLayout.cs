using ParquetSharp;

namespace Pipeline.Ingest.Sources;

/// <summary>Which columns of a Parquet file are used: their names, and their places among its leaves.</summary>
internal sealed record ParquetLayout(ColumnSelection Columns, int Text, int? Id, int? Reference, int? Candidate, int? Category)
{
    /// <summary>The columns that are there.</summary>
    public IEnumerable<(int Index, string Name)> Used
    {
        get
        {
            yield return (Text, Columns.Text);
            if (Id is { } id && Columns.Id is { } idName)
            {
                yield return (id, idName);
            }

            if (Reference is { } reference && Columns.Reference is { } referenceName)
            {
                yield return (reference, referenceName);
            }

            if (Candidate is { } candidate && Columns.Candidate is { } candidateName)
            {
                yield return (candidate, candidateName);
            }

            if (Category is { } category && Columns.Category is { } categoryName)
            {
                yield return (category, categoryName);
            }
        }
    }

    /// <summary>Chooses by name and checks the types.</summary>
    /// <exception cref="SourceException">A column is not there, there twice, or of a type that cannot be used.</exception>
    public static ParquetLayout Choose(SchemaDescriptor schema, SourceOptions options, string name)
    {
        var names = schema.GroupNode.Fields.Select(field => field.Name).ToList();
        if (names.GroupBy(column => column, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new SourceException($"{name} has the column '{twice.Key}' twice; rename one of the two.");
        }

        var columns = ColumnSelection.Choose(names, options, name);
        var flat = Enumerable.Range(0, schema.NumColumns)
            .Select(index => (Index: index, Column: schema.Column(index)))
            .Where(leaf => leaf.Column.MaxRepetitionLevel == 0 && leaf.Column.Path.ToDotVector().Length == 1)
            .ToDictionary(leaf => leaf.Column.Name);
        return new ParquetLayout(
            columns,
            Find(columns.Text, "the text", "--text-column", ParquetColumn.IsText),
            columns.Id is null ? null : Find(columns.Id, "the id", "--id-column", ParquetColumn.IsId),
            columns.Reference is null ? null : Find(columns.Reference, "the reference", "--reference-column", ParquetColumn.IsText),
            columns.Candidate is null ? null : Find(columns.Candidate, "the candidate", "--candidate-column", ParquetColumn.IsText),
            columns.Category is null ? null : Find(columns.Category, "the category", "--category-column", ParquetColumn.IsId));

        int Find(string column, string role, string option, Func<ColumnDescriptor, bool> isFit)
        {
            if (flat.TryGetValue(column, out var leaf) && isFit(leaf.Column))
            {
                return leaf.Index;
            }

            var fit = flat.Values.Where(other => isFit(other.Column)).Select(other => other.Column.Name).ToList();
            throw new SourceException(
                $"The column '{column}' of {name} is {(leaf.Column is null ? "a list or a structure" : Describe(leaf.Column))} and cannot be "
                + $"{role}. Columns that can: {(fit.Count > 0 ? string.Join(", ", fit) : "none")}. Name one with {option}, or write '{column}' as "
                + "strings.");
        }
    }

    private static string Describe(ColumnDescriptor column) => column switch
    {
        { LogicalType.Type: not LogicalTypeEnum.None } => $"of the type {column.LogicalType.Type}",
        { PhysicalType: PhysicalType.ByteArray or PhysicalType.FixedLenByteArray } => "binary",
        _ => $"of the type {column.PhysicalType}",
    };
}
