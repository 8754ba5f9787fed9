using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Pipeline.Inference.Checkpoints;

/// <summary>One open file of weights. Safe to share between threads.</summary>
internal sealed class WeightsFile : IDisposable
{
    public const string DownloadAgain = "Download the file again.";

    private readonly SafeFileHandle _handle;

    private WeightsFile(string path, SafeFileHandle handle, long length)
    {
        Path = path;
        _handle = handle;
        Length = length;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Bytes when it was opened.</summary>
    public long Length { get; }

    public static WeightsFile Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path);
            var file = new WeightsFile(path, handle, RandomAccess.GetLength(handle));
            file.RefuseWhatIsNoWeights();
            return file;
        }
        catch (Exception exception)
        {
            handle?.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new CheckpointException($"{path} cannot be read: {exception.Message}", exception);
            }

            throw;
        }
    }

    /// <summary>Fills the buffer from a position.</summary>
    public void Read(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int read;
            try
            {
                read = RandomAccess.Read(_handle, buffer, offset);
            }
            catch (IOException exception)
            {
                throw new CheckpointException($"{Path} cannot be read at byte {offset}: {exception.Message}", exception);
            }

            if (read == 0)
            {
                throw Fault($"it ends at byte {offset}, but had {Length} bytes when it was opened. Leave the file alone while it is read.");
            }

            offset += read;
            buffer = buffer[read..];
        }
    }

    public byte[] Read(long offset, int length)
    {
        var bytes = new byte[length];
        Read(offset, bytes);
        return bytes;
    }

    /// <summary>Something is wrong with this file; the text goes on after the path and says the remedy too.</summary>
    public CheckpointException Fault(string text, Exception? cause = null)
    {
        var message = $"{Path}: {text}";
        return cause is null ? new(message) : new(message, cause);
    }

    /// <summary>Something is wrong with one tensor of this file.</summary>
    public CheckpointException TensorFault(string tensor, string text) => Fault($"tensor {Shown.Name(tensor)} {text}");

    public void Dispose() => _handle.Dispose();

    /// <summary>What a download leaves in place of weights when it goes wrong.</summary>
    private void RefuseWhatIsNoWeights()
    {
        if (Length == 0)
        {
            throw Fault($"the file is empty. {DownloadAgain}");
        }

        var start = Encoding.Latin1.GetString(Read(0, (int)Math.Min(Length, 64)));
        if (start.StartsWith("version https://git-lfs", StringComparison.Ordinal))
        {
            throw Fault("this is a Git LFS pointer, not the weights. Run `git lfs pull` in the model's folder, or download the file itself.");
        }

        if (start.TrimStart().StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || start.TrimStart().StartsWith("<html", StringComparison.OrdinalIgnoreCase))
        {
            throw Fault("this is a web page, not the weights. Download the file itself, not the page that shows it.");
        }
    }
}
