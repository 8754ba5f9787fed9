using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Output;

/// <summary>Writes result rows as CSV (RFC 4180, UTF-8) or JSON Lines. A named file appears only when it is complete.</summary>
internal sealed class ResultFile : IAsyncDisposable
{
    private static readonly string[] s_columns =
    [
        "line", "id", "state", "recipe", "summary", "error", "finish_reason", "truncated", "cosine", "compression",
        "rouge1_f", "rouge2_f", "rougel_f", "rougelsum_f", "flags",
    ];

    private static readonly JsonSerializerOptions s_json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    private readonly string? _path;
    private readonly string? _temporaryPath;
    private readonly TextWriter _writer;
    private readonly bool _json;

    private ResultFile(string? path, bool json)
    {
        // A device such as /dev/null must not be replaced by a file.
        var isDevice = path is not null && path.StartsWith("/dev/", StringComparison.Ordinal);
        _path = isDevice ? null : path;
        _json = json;
        _temporaryPath = _path is null ? null : $"{_path}.{Guid.NewGuid():N}.tmp";
        Stream stream = _temporaryPath is not null ? new FileStream(_temporaryPath, FileMode.CreateNew)
            : isDevice ? new FileStream(path!, FileMode.Open, FileAccess.Write)
            : Console.OpenStandardOutput();
        _writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 64 * 1024);
    }

    /// <summary>Starts a file, or standard output when <paramref name="path"/> is null.</summary>
    public static ResultFile Create(string? path, bool json)
    {
        var file = new ResultFile(path, json);
        if (!json)
        {
            file._writer.Write(string.Join(',', s_columns) + "\r\n");
        }

        return file;
    }

    /// <summary>Writes one row.</summary>
    public async Task WriteAsync(ResultRow row)
    {
        object?[] values =
        [
            row.Line, row.Id, row.State, row.Recipe, row.Summary, row.Error, row.FinishReason, row.Truncated, row.Cosine, row.Compression,
            row.Rouge1F, row.Rouge2F, row.RougeLF, row.RougeLsumF, row.Flags,
        ];
        if (_json)
        {
            var line = new Dictionary<string, object?>(s_columns.Length);
            for (var i = 0; i < s_columns.Length; i++)
            {
                line[s_columns[i]] = values[i];
            }

            await _writer.WriteAsync(JsonSerializer.Serialize(line, s_json) + "\n");
        }
        else
        {
            await _writer.WriteAsync(string.Join(',', values.Select(Cell)) + "\r\n");
        }
    }

    /// <summary>Flushes, and moves a named file into place.</summary>
    public async Task CompleteAsync()
    {
        await _writer.FlushAsync();
        if (_path is not null)
        {
            await _writer.DisposeAsync();
            File.Move(_temporaryPath!, _path, overwrite: true);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        if (_temporaryPath is not null)
        {
            File.Delete(_temporaryPath);
        }
    }

    private static string Cell(object? value)
    {
        var text = value switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            IReadOnlyList<string> codes => string.Join(' ', codes),
            double number => number.ToString("0.######", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
