namespace Pipeline.Ingest.Sources;

/// <summary>Makes a document of its fields, under the rule for characters that cannot be stored.</summary>
internal sealed class RecordAssembler(ColumnSelection columns, TextPolicy policy)
{
    /// <summary>The columns that are used.</summary>
    public ColumnSelection Columns => columns;

    public SourceRecord Assemble(long line, string? id, string text, string? reference, string? candidate = null, string? category = null)
    {
        if (policy == TextPolicy.Reject
            && (Fault(columns.Id, id) ?? Fault(columns.Text, text) ?? Fault(columns.Reference, reference) ?? Fault(columns.Candidate, candidate)
                ?? Fault(columns.Category, category)) is { } fault)
        {
            return new RejectedLine(line, RejectCodes.BadCharacter, fault, SafeId(id));
        }

        var replaced = 0;
        text = CharacterRule.Replace(text, ref replaced);
        id = id is null ? null : CharacterRule.Replace(id, ref replaced);
        reference = reference is null ? null : CharacterRule.Replace(reference, ref replaced);
        candidate = candidate is null ? null : CharacterRule.Replace(candidate, ref replaced);
        category = category is null ? null : CharacterRule.Replace(category, ref replaced);
        // Where candidates are asked for, one that is missing is as good as an empty one.
        return new IncomingDocument(line, id, text, reference, replaced)
        {
            Candidate = columns.Candidate is null ? null : candidate ?? "", Category = category,
        };
    }

    /// <summary>An id that may stand in a rejection: storable, and at most as long as an id may be.</summary>
    public static string? SafeId(string? id)
    {
        if (string.IsNullOrWhiteSpace(id))
        {
            return null;
        }

        var replaced = 0;
        id = id.Trim();
        return CharacterRule.Replace(id.Length > Admission.MaxIdCharacters ? id[..Admission.MaxIdCharacters] : id, ref replaced);
    }

    private static string? Fault(string? column, string? value)
    {
        if (value is null || CharacterRule.FirstBad(value) is not (>= 0 and var at))
        {
            return null;
        }

        var kind = value[at] == '\0' ? "NUL" : $"the lone surrogate U+{(int)value[at]:X4}";
        return $"the field '{column}' holds {kind} at character offset {at}";
    }
}
