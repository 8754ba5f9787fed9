using System.Text.Json;

namespace Pipeline.Ingest.Sources;

/// <summary>Takes text, id, reference, candidate and category from the fields that were chosen for them.</summary>
internal sealed class JsonColumnParser(RecordAssembler assembler, ContentKind content) : JsonRecordParser(content)
{
    private readonly JsonFieldName _textName = new(assembler.Columns.Text);
    private readonly JsonFieldName? _idName = assembler.Columns.Id is { } id ? new(id) : null;
    private readonly JsonFieldName? _referenceName = assembler.Columns.Reference is { } reference ? new(reference) : null;
    private readonly JsonFieldName? _candidateName = assembler.Columns.Candidate is { } candidate ? new(candidate) : null;
    private readonly JsonFieldName? _categoryName = assembler.Columns.Category is { } category ? new(category) : null;

    private (string? Text, string? Id, string? Reference, string? Candidate, string? Category) _values;
    private bool _hasText;
    private bool _hasId;
    private bool _hasReference;
    private bool _hasCandidate;
    private bool _hasCategory;

    protected override void Begin()
    {
        _values = default;
        _hasText = _hasId = _hasReference = _hasCandidate = _hasCategory = false;
    }

    protected override void ReadField(ref Utf8JsonReader reader)
    {
        var isText = _textName.Matches(ref reader);
        var isId = _idName?.Matches(ref reader) ?? false;
        var isReference = _referenceName?.Matches(ref reader) ?? false;
        var isCandidate = _candidateName?.Matches(ref reader) ?? false;
        var isCategory = _categoryName?.Matches(ref reader) ?? false;
        reader.Read();
        if (isText)
        {
            _values.Text = TakeString(ref reader, assembler.Columns.Text, ref _hasText) ?? _values.Text;
        }

        if (isId)
        {
            _values.Id = TakeString(ref reader, assembler.Columns.Id ?? "", ref _hasId, numbers: true) ?? _values.Id;
        }

        if (isReference)
        {
            _values.Reference = TakeString(ref reader, assembler.Columns.Reference ?? "", ref _hasReference) ?? _values.Reference;
        }

        if (isCandidate)
        {
            _values.Candidate = TakeString(ref reader, assembler.Columns.Candidate ?? "", ref _hasCandidate) ?? _values.Candidate;
        }

        if (isCategory)
        {
            _values.Category = TakeString(ref reader, assembler.Columns.Category ?? "", ref _hasCategory, numbers: true) ?? _values.Category;
        }

        reader.Skip();
    }

    protected override SourceRecord? End(long line, out string? id)
    {
        id = _values.Id;
        if (_values.Text is not null)
        {
            return assembler.Assemble(line, id, _values.Text, _values.Reference, _values.Candidate, _values.Category);
        }

        Fail(RejectCodes.MissingText, $"the object has no text in the field '{assembler.Columns.Text}'");
        return null;
    }
}
