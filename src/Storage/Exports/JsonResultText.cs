using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Storage.Reports;

namespace Pipeline.Storage.Exports;

/// <summary>JSON Lines: every column on every line, null where there is nothing.</summary>
/// <param name="columns">Those to write.</param>
public sealed class JsonResultText(IReadOnlyList<ResultColumn> columns) : ResultText
{
    private static readonly JsonSerializerOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A row as one JSON object.</summary>
    public IReadOnlyDictionary<string, object?> Columns(ResultRow row) =>
        columns.ToDictionary(column => column.Name, column => column.Value(row));

    /// <inheritdoc/>
    public override string Line(ResultRow row) => JsonSerializer.Serialize(Columns(row), s_options) + "\n";
}
