namespace Pipeline.Inference.Models;

/// <summary>
/// The folder that an import writes to, beside the place of the model. Its name starts with a dot, so the store never lists it. A lock file
/// keeps two imports of one name apart; what an import that was killed left behind is removed by the next one.
/// </summary>
internal sealed class ImportStaging : IDisposable
{
    private readonly FileStream _lock;

    private ImportStaging(string folder, FileStream @lock)
    {
        Folder = folder;
        _lock = @lock;
    }

    public string Folder { get; }

    /// <exception cref="ModelException">The name is being imported by another process.</exception>
    public static ImportStaging Begin(ModelStore store, string name)
    {
        Directory.CreateDirectory(store.Root);
        var file = Lock(Path.Combine(store.Root, $".{name}.lock"), name);
        try
        {
            var folder = Path.Combine(store.Root, $".{name}.importing");
            Remove(folder);
            Directory.CreateDirectory(folder);
            return new(folder, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Renames the folder to its place; an older one goes away.</summary>
    public void Commit(string place)
    {
        var old = Path.Combine(Path.GetDirectoryName(place) ?? string.Empty, $".{Path.GetFileName(place)}.old");
        Remove(old);
        if (Directory.Exists(place))
        {
            Directory.Move(place, old);
        }

        Directory.Move(Folder, place);
        Remove(old);
    }

    public void Dispose()
    {
        try
        {
            Remove(Folder);
        }
        finally
        {
            _lock.Dispose();
        }
    }

    private static FileStream Lock(string path, string name)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new ModelException($"Another import of '{name}' is running. Wait for it, or choose another --name.", exception);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
