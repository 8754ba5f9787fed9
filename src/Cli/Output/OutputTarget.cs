namespace Pipeline.Cli.Output;

/// <summary>
/// Standard output, or a file that gets its name only on <see cref="Commit"/>: whoever reads it never sees half of it, and an
/// aborted run leaves the earlier file in place.
/// </summary>
internal sealed class OutputTarget : IDisposable
{
    /// <summary>The name that means standard output.</summary>
    public const string StandardStream = "-";

    private readonly string? _path;
    private readonly string? _temporary;

    private OutputTarget(Stream stream, string? path, string? temporary)
    {
        Stream = stream;
        _path = path;
        _temporary = temporary;
    }

    public Stream Stream { get; }

    /// <summary>Opens a file, or standard output for <see cref="StandardStream"/>.</summary>
    public static OutputTarget Open(string output)
    {
        if (output == StandardStream)
        {
            return new OutputTarget(Console.OpenStandardOutput(), path: null, temporary: null);
        }

        // A device such as /dev/null must not be replaced by a file.
        if (output.StartsWith("/dev/", StringComparison.Ordinal))
        {
            return new OutputTarget(new FileStream(output, FileMode.Open, FileAccess.Write), path: null, temporary: null);
        }

        // Beside the target, so that the move is a rename within one file system; a link stays a link.
        var path = Resolve(output);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new DirectoryNotFoundException(Say(
                $"The folder of {output} does not exist; make it first.", $"{output} 所在的目录不存在，请先创建。"));
        }

        return new OutputTarget(new FileStream(temporary, FileMode.Create, FileAccess.Write), path, temporary);
    }

    /// <summary>The whole path of a file, behind links.</summary>
    public static string Resolve(string file)
    {
        // Of a path that is not whole the link's target would be looked for in the root folder.
        var whole = Path.GetFullPath(file);
        return (File.Exists(whole) ? File.ResolveLinkTarget(whole, returnFinalTarget: true)?.FullName : null) ?? whole;
    }

    public void Commit()
    {
        Stream.Dispose();
        if (_temporary is not null && _path is not null)
        {
            File.Move(_temporary, _path, overwrite: true);
        }
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (_temporary is not null)
        {
            File.Delete(_temporary);
        }
    }
}
