using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest;

/// <summary>
/// Writes rejected lines as JSON Lines <c>{line, id?, code, reason}</c>. The file appears at its path when it is complete, and only
/// when something was rejected: until then it is a temporary file beside it, which goes away when the run does not complete.
/// </summary>
public sealed class RejectsFile(string path) : IAsyncDisposable
{
    /// <summary>What the default name adds to the input's.</summary>
    public const string Suffix = ".rejects.jsonl";

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _temporaryPath = $"{path}.{Guid.NewGuid():N}.tmp";
    private readonly ArrayBufferWriter<byte> _line = new();
    private FileStream? _stream;

    // A device such as /dev/null must not be replaced by a file.
    private bool IsDevice => path.StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>Lines written so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds one line.</summary>
    public async ValueTask AddAsync(RejectedLine rejected, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rejected);
        _stream ??= new FileStream(IsDevice ? path : _temporaryPath, IsDevice ? FileMode.Open : FileMode.CreateNew, FileAccess.Write, FileShare.Read, 64 * 1024, useAsync: true);
        Format(rejected);
        await _stream.WriteAsync(_line.WrittenMemory, cancellationToken);
        Count++;
    }

    /// <summary>Moves the file into place. Without a rejection there is none, and one of an earlier run is removed.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        if (_stream is null)
        {
            // Only a list of our own making: whatever else has this name is not ours to remove.
            if (path.EndsWith(Suffix, StringComparison.Ordinal))
            {
                File.Delete(path);
            }

            return;
        }

        await _stream.FlushAsync(cancellationToken);
        await _stream.DisposeAsync();
        _stream = null;
        if (!IsDevice)
        {
            File.Move(_temporaryPath, path, overwrite: true);
        }
    }

    /// <summary>Removes what was not completed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
            _stream = null;
            if (!IsDevice)
            {
                File.Delete(_temporaryPath);
            }
        }
    }

    private void Format(RejectedLine rejected)
    {
        _line.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_line, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteNumber("line"u8, rejected.Line);
            if (rejected.Id is not null)
            {
                writer.WriteString("id"u8, rejected.Id);
            }

            writer.WriteString("code"u8, rejected.Code);
            writer.WriteString("reason"u8, rejected.Reason);
            writer.WriteEndObject();
        }

        _line.Write("\n"u8);
    }
}
