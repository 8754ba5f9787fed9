using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Cli.Output;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Results;

/// <summary>JSON Lines: every column on every line, null where there is nothing.</summary>
internal sealed class JsonResultWriter(OutputTarget target) : TextResultWriter(target)
{
    private static readonly JsonSerializerOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public override Task WriteAsync(ResultRow row) => Writer.WriteAsync(
        JsonSerializer.Serialize(ResultColumn.All.ToDictionary(column => column.Name, column => column.Value(row)), s_options) + "\n");
}
