using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Models;

/// <summary>The files of a model's folder and their hashes.</summary>
internal static class ModelFiles
{
    /// <summary>SHA-256 of a file, 64 lower-case hexadecimal digits.</summary>
    public static string Hash(string path, Action<long>? progress, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            for (var read = file.Read(buffer); read > 0; read = file.Read(buffer))
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
                progress?.Invoke(read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>SHA-256 of every file, by name.</summary>
    public static ImmutableSortedDictionary<string, string> Hash(
        IReadOnlyDictionary<string, string> paths, Action<long>? progress, CancellationToken cancellationToken) =>
        paths.ToImmutableSortedDictionary(file => file.Key, file => Hash(file.Value, progress, cancellationToken), StringComparer.Ordinal);

    /// <summary>Checks a folder against its manifest.</summary>
    /// <exception cref="ModelException">A file is missing, changed or too many, or the graph reads weights from elsewhere.</exception>
    public static void Verify(string folder, ModelManifest manifest, CancellationToken cancellationToken)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
        {
            var name = Path.GetFileName(path);
            if (name != ModelManifest.FileName && !manifest.Files.ContainsKey(name))
            {
                throw new ModelException($"{path} was not written by the import of '{manifest.Name}'. Remove it, or import the model again.");
            }
        }

        foreach (var (name, expected) in manifest.Files)
        {
            var path = Path.Combine(folder, name);
            if (name != Path.GetFileName(name) || !File.Exists(path))
            {
                throw new ModelException($"{path} is missing. Import the model '{manifest.Name}' again.");
            }

            RefuseLink(path);
            if (Hash(path, null, cancellationToken) is var found && found != expected)
            {
                throw new ModelException(
                    $"{path} changed since its import: its SHA-256 is {found}, the manifest has {expected}. Import the model '{manifest.Name}' again.");
            }
        }

        ExternalData.Check(Path.Combine(folder, GraphBuilder.ModelFile), manifest.Files.ContainsKey);
    }

    /// <summary>A link could lead out of the store.</summary>
    public static void RefuseLink(string path)
    {
        if (File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint))
        {
            throw new ModelException($"{path} is a link. Models are not opened through links; put the files themselves there.");
        }
    }
}
