using System.Security.Cryptography;

namespace Pipeline.Ingest.Sources;

/// <summary>A file, compressed or not.</summary>
public sealed class FileInput(string path) : ISourceInput
{
    /// <inheritdoc/>
    public string Name { get; } = Path.GetFileName(path);

    /// <inheritdoc/>
    public string SourceName => Compression.WithoutExtension(Name);

    /// <inheritdoc/>
    public Stream Open()
    {
        var file = OpenFile();
        try
        {
            // A pipe can be read once only, and a submission reads twice: for the fingerprint, then for the documents.
            return file.CanSeek
                ? Compression.Unpack(file, Name)
                : throw new SourceException($"{path} is a pipe; submit its content from standard input: ./pipeline submit - < {path}")
                {
                    Chinese = $"{path} 是管道；请从标准输入提交：./pipeline submit - < {path}",
                };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]> FingerprintAsync(CancellationToken cancellationToken)
    {
        await using var content = Open();
        return await SHA256.HashDataAsync(content, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private FileStream OpenFile()
    {
        if (Directory.Exists(path))
        {
            throw new SourceException($"{path} is a directory; name a file.") { Chinese = $"{path} 是目录；请给出文件。" };
        }

        try
        {
            // No buffer here: the sources read in large blocks of their own.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SourceException($"There is no file {path}; check the path.", exception) { Chinese = $"没有文件 {path}；请检查路径。" };
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new SourceException($"{path} may not be read by this user; change its permissions (chmod +r).", exception)
            {
                Chinese = $"当前用户无权读取 {path}；请修改其权限（chmod +r）。",
            };
        }
        catch (IOException exception)
        {
            throw new SourceException($"{path} cannot be opened: {exception.Message}", exception);
        }
    }
}
