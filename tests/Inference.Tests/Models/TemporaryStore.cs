using Pipeline.Inference.Models;

namespace Pipeline.Inference.Tests.Models;

/// <summary>A store of models, and room for sources beside it, in a folder of its own.</summary>
internal sealed class TemporaryStore : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("models-");

    public TemporaryStore() => Store = new(Path.Combine(_folder.FullName, "store"));

    public ModelStore Store { get; }

    /// <summary>Path of a folder for a source; it does not exist yet.</summary>
    public string Source(string name) => Path.Combine(_folder.FullName, name);

    public ModelManifest Import(ImportRequest request) =>
        new ModelImporter(Store).Import(request, null, TestContext.Current.CancellationToken).Manifest;

    public OpenedModel Open(ImportRequest request) => Store.Open(Import(request).Name, TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Delete(recursive: true);
}
