using Pipeline.Inference.Architectures;
using Pipeline.Inference.Checkpoints;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Models;

/// <summary>
/// Turns a downloaded model folder into a model of the store. The new folder is made beside its place and renamed at the end: an import
/// that fails, is cancelled or killed leaves no model behind. The same source gives the same bytes.
/// </summary>
public sealed class ModelImporter(ModelStore store)
{
    // The file system's "no space left on device" and "quota exceeded".
    private static readonly int[] s_diskFull = [28, 122];

    /// <summary>Imports a model.</summary>
    /// <param name="request">What to import, and how.</param>
    /// <param name="progress">Hears how far it is, often; may be null.</param>
    /// <param name="cancellationToken">Ends the import with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ModelException">
    /// The source is incomplete, damaged or of an unknown kind, the name is taken by another model, or the disk is full.
    /// </exception>
    public ImportedModel Import(ImportRequest request, Action<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            if (!Directory.Exists(request.Folder))
            {
                throw new ModelException($"There is no folder '{request.Folder}'. Give the folder that a model was downloaded to.");
            }

            var source = request with { Folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Folder)) };
            var name = source.Name is { } given ? ModelName.Check(given) : ModelName.FromFolder(source.Folder);
            using var staging = ImportStaging.Begin(store, name);
            var manifest = Stage(source, name, staging.Folder, new(progress), cancellationToken);
            return new(manifest, Replaced: Settle(manifest, staging, cancellationToken));
        }
        catch (Exception exception) when (exception is CheckpointException or TokenizerException or UnauthorizedAccessException)
        {
            throw new ModelException(exception.Message, exception);
        }
        catch (IOException exception) when (s_diskFull.Contains(exception.HResult))
        {
            throw new ModelException($"The disk of {store.Root} is full. Free some space and import again; nothing was left behind.", exception);
        }
        catch (IOException exception)
        {
            throw new ModelException($"The import failed: {exception.Message}", exception);
        }
    }

    private static ModelManifest Stage(
        ImportRequest source, string name, string target, ImportClock progress, CancellationToken cancellationToken)
    {
        var config = ModelConfig.Load(source.Folder);
        var tokenizer = SubwordTokenizer.Load(source.Folder);
        var headIds = Shortlist.Read(source, tokenizer);
        using var prepared = source.Onnx ? PreparedModel.FromExport(config, source) : PreparedModel.FromCheckpoint(config, source, headIds);
        var profile = prepared.Profile;
        CheckCache(source, prepared);
        if (tokenizer.VocabularySize > profile.Vocabulary)
        {
            throw new ModelException(
                $"The tokenizer in '{source.Folder}' has ids up to {tokenizer.VocabularySize - 1}, the model only {profile.Vocabulary} rows. "
                + "Take tokenizer and weights of the same model.");
        }

        var files = SourceFiles.List(source.Folder, prepared.Files);
        progress.Begin("reading", files.Sum(file => new FileInfo(file.Value).Length));
        var sourceHashes = ModelFiles.Hash(files, progress.Add, cancellationToken);
        progress.Begin("writing", prepared.Graph.WeightBytes);
        prepared.Graph.Save(target, progress.Add, cancellationToken);
        SourceFiles.CopyTokenizer(source.Folder, target);

        var written = Directory.EnumerateFiles(target).ToDictionary(path => Path.GetFileName(path));
        progress.Begin("checking", written.Sum(file => new FileInfo(file.Value).Length));
        var manifest = new ModelManifest
        {
            Format = ModelManifest.CurrentFormat,
            Name = name,
            Architecture = prepared.Architecture,
            Task = profile.Task,
            Vocabulary = profile.Vocabulary,
            MaxTokens = profile.MaxTokens,
            Precision = prepared.Precision,
            Target = source.Target,
            Encoder = profile.Encoder,
            Classifier = profile.Classifier,
            Decoder = profile.Decoder,
            Files = ModelFiles.Hash(written, progress.Add, cancellationToken),
            Source = new(Path.GetFileName(source.Folder), sourceHashes, SourceFiles.License(source.Folder)),
        };
        if (source.Onnx)
        {
            // Made by others: what ONNX Runtime says of it should be heard now and not when it is wanted.
            new OpenedModel(target, manifest).Try();
        }

        ModelManifestJson.Write(manifest, Path.Combine(target, ModelManifest.FileName));
        return manifest;
    }

    /// <exception cref="ModelException">Keys and values were asked for that the graph has not.</exception>
    private static void CheckCache(ImportRequest source, PreparedModel prepared)
    {
        if (source.Cache is not { } cache || prepared.Profile.Decoder?.Cache == cache)
        {
            return;
        }

        var reason = (prepared.Profile.Decoder, source.Target) switch
        {
            (null, _) => "it has no keys and values to keep, as it does not generate",
            (_, ModelTarget.Cpu) => "that is for --target cuda; on CPUs generators that are imported with --precision int8 or int4 keep them in int8 already",
            _ => $"on GPUs {prepared.Architecture} keeps keys and values in 16 bits, and bloom alone can keep them in int8",
        };
        throw new ModelException($"'{source.Folder}' can't be imported with --cache {cache.ToString().ToLowerInvariant()}: {reason}. Leave --cache out.");
    }

    /// <summary>Puts the new folder in its place, unless the very same model is there already, unharmed.</summary>
    /// <returns>Whether the new folder was taken.</returns>
    private bool Settle(ModelManifest manifest, ImportStaging staging, CancellationToken cancellationToken)
    {
        var place = store.FolderOf(manifest.Name);
        if (File.Exists(Path.Combine(place, ModelManifest.FileName)))
        {
            if (IsSame(manifest))
            {
                try
                {
                    store.Verify(manifest.Name, cancellationToken);
                    return false;
                }
                catch (ModelException)
                {
                    // Damaged since: the new folder, which is the same model, takes its place.
                }
            }
            else
            {
                throw new ModelException(
                    $"There is another model '{manifest.Name}' in {store.Root} already. Choose another --name, or remove {place} first.");
            }
        }

        staging.Commit(place);
        return true;
    }

    private bool IsSame(ModelManifest manifest) =>
        store.List().Single(model => model.Name == manifest.Name).Manifest is { } old && old.Sha256 == manifest.Sha256;
}
