namespace Pipeline.Inference.Models;

/// <summary>
/// The folder that holds imported models, one folder each. A folder exists for the store once it has a manifest, which an import writes
/// last. Nothing outside the store is ever opened: names are checked, links are refused.
/// </summary>
public sealed class ModelStore
{
    /// <summary>Where models lie when nothing is configured, under the working folder.</summary>
    public const string DefaultFolder = "models";

    /// <summary>Takes a folder, which need not exist yet.</summary>
    public ModelStore(string root) => Root = Path.GetFullPath(root);

    /// <summary>Absolute path of the store.</summary>
    public string Root { get; }

    /// <summary>How models that were imported for a GPU run.</summary>
    public CudaOptions Cuda { get; init; } = new();

    /// <summary>All models by name, those with an unreadable manifest included. File contents are not checked.</summary>
    public IReadOnlyList<ModelListing> List()
    {
        if (!Directory.Exists(Root))
        {
            return [];
        }

        return
        [
            .. new DirectoryInfo(Root).EnumerateDirectories()
                .Where(folder => ModelName.IsValid(folder.Name) && File.Exists(Path.Combine(folder.FullName, ModelManifest.FileName)))
                .OrderBy(folder => folder.Name, StringComparer.Ordinal)
                .Select(Describe),
        ];
    }

    /// <summary>Checks that a model is complete and unchanged since its import, by the SHA-256 of every file.</summary>
    /// <returns>Its manifest.</returns>
    /// <exception cref="ModelException">There is no such model, or its folder is not what the import wrote.</exception>
    public ModelManifest Verify(string name, CancellationToken cancellationToken)
    {
        var folder = Find(name);
        var manifest = ReadManifest(folder);
        ModelFiles.Verify(folder, manifest, cancellationToken);
        return manifest;
    }

    /// <summary>Opens a model after <see cref="Verify"/>.</summary>
    /// <exception cref="ModelException">As for <see cref="Verify"/>.</exception>
    public OpenedModel Open(string name, CancellationToken cancellationToken) => new(Find(name), Verify(name, cancellationToken)) { Cuda = Cuda };

    /// <summary>Folder of a model, whether or not it exists.</summary>
    internal string FolderOf(string name) => Path.Combine(Root, ModelName.Check(name));

    private string Find(string name)
    {
        var folder = FolderOf(name);
        if (File.Exists(Path.Combine(folder, ModelManifest.FileName)))
        {
            return folder;
        }

        var known = List();
        throw new ModelException(
            $"There is no model '{name}' in {Root}. "
            + (known.Count == 0 ? "It holds none. " : $"It holds {string.Join(", ", known.Select(model => model.Name))}. ")
            + "Import one with './pipeline models import DIR'.")
        {
            Chinese = $"{Root} 中没有模型 '{name}'。"
                + (known.Count == 0 ? "还没有任何模型。" : $"已有：{string.Join("、", known.Select(model => model.Name))}。") + "'./pipeline models import DIR' 可导入。",
        };
    }

    private static ModelListing Describe(DirectoryInfo folder)
    {
        var bytes = folder.EnumerateFiles().Sum(file => file.Length);
        try
        {
            return new(folder.Name, bytes, ReadManifest(folder.FullName), null);
        }
        catch (ModelException exception)
        {
            return new(folder.Name, bytes, null, exception.Message);
        }
    }

    private static ModelManifest ReadManifest(string folder)
    {
        ModelFiles.RefuseLink(folder);
        var manifest = ModelManifestJson.Read(Path.Combine(folder, ModelManifest.FileName));
        return manifest.Name == Path.GetFileName(folder)
            ? manifest
            : throw new ModelException($"{folder} holds the model '{manifest.Name}'. Give the folder that name again, or import the model anew.");
    }
}
