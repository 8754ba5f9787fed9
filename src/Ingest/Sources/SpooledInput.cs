using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Pipeline.Ingest.Sources;

/// <summary>
/// A copy on disk of what can be read only once: standard input, the rows of a query. Nothing of it is accepted before all of it is
/// there, so an input that breaks off leaves nothing behind. The file has no name: nobody else can open it, and it is gone with the
/// process, however that ends.
/// </summary>
public sealed class SpooledInput : ISourceInput
{
    private const int BufferBytes = 256 * 1024;
    private const string DefaultFolder = "/var/tmp";

    private readonly FileStream _file;
    private readonly byte[] _fingerprint;

    private SpooledInput(string name, string sourceName, FileStream file, byte[] fingerprint) =>
        (Name, SourceName, _file, _fingerprint) = (name, sourceName, file, fingerprint);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string SourceName { get; }

    // Not /tmp: it lies in memory on many systems, and a backlog may be larger than that.
    private static string Folder => Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 0 } chosen ? chosen
        : Directory.Exists(DefaultFolder) ? DefaultFolder : Path.GetTempPath();

    /// <summary>Copies a stream.</summary>
    /// <param name="name">What to call the input in a message.</param>
    /// <param name="sourceName">The source of the documents where the user names none.</param>
    /// <param name="source">What is copied, to its end.</param>
    /// <param name="progress">Told how many bytes are copied.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <exception cref="SourceException">There is no place for the copy, or its compressed content is damaged.</exception>
    public static Task<SpooledInput> CopyAsync(
        string name, string sourceName, Stream source, IProgress<long> progress, CancellationToken cancellationToken) =>
        CreateAsync(
            name,
            sourceName,
            async file =>
            {
                var buffer = new byte[BufferBytes];
                for (var read = -1; read != 0;)
                {
                    read = await source.ReadAsync(buffer, cancellationToken);
                    await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                    progress.Report(file.Position);
                }
            },
            cancellationToken);

    /// <summary>Makes an input of what <paramref name="write"/> writes.</summary>
    /// <exception cref="SourceException">There is no place for the copy, or its compressed content is damaged.</exception>
    internal static async Task<SpooledInput> CreateAsync(
        string name, string sourceName, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        var file = OpenNameless();
        try
        {
            await write(file);
            await file.FlushAsync(cancellationToken);
            await using var content = Open(file, name);
            return new SpooledInput(name, sourceName, file, await SHA256.HashDataAsync(content, cancellationToken));
        }
        catch (IOException exception)
        {
            await file.DisposeAsync();
            throw new SourceException($"{name} cannot be kept in {Folder} while it is read: {exception.Message} "
                + "Free some space, or name another folder with TMPDIR.", exception);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Stream Open() => Open(_file, Name);

    /// <inheritdoc/>
    public Task<byte[]> FingerprintAsync(CancellationToken cancellationToken) => Task.FromResult(_fingerprint);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    // A stream of its own on the same file; closing it leaves the file open.
    private static Stream Open(FileStream file, string name) => Compression.Unpack(
        new FileStream(new SafeFileHandle(file.SafeFileHandle.DangerousGetHandle(), ownsHandle: false), FileAccess.Read, bufferSize: 0)
        {
            Position = 0,
        },
        name);

    private static FileStream OpenNameless()
    {
        var path = Path.Combine(Folder, $"pipeline-{Guid.NewGuid():N}.tmp");
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete, BufferSize = BufferBytes,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            var file = new FileStream(path, options);
            File.Delete(path);
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SourceException(
                $"No file can be written to {Folder}: {exception.Message} Name another folder with TMPDIR.", exception);
        }
    }
}
