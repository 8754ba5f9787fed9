using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest;

/// <summary>The identity of a submission: everything that decides what it means. Where refused lines are listed does not.</summary>
/// <param name="Content">SHA-256 of the unpacked content.</param>
/// <param name="Source">Source of the documents.</param>
/// <param name="Batch">Name asked for, or null.</param>
/// <param name="Format">Format that was named, or null.</param>
/// <param name="Options">How the content is read.</param>
/// <param name="Embedder">SHA-256 of the embedder's definition, as the registry has it.</param>
/// <param name="Recipes">SHA-256 of the recipes' definitions.</param>
public sealed record SubmissionFingerprint(
    byte[] Content, string Source, string? Batch, SourceFormat? Format, SourceOptions Options, byte[] Embedder, IReadOnlyList<byte[]> Recipes)
{
    /// <summary>Its SHA-256. The same submission has the same one whichever way it comes in.</summary>
    public byte[] Compute()
    {
        var identity = JsonSerializer.Serialize(new
        {
            content = Convert.ToHexString(Content),
            source = Source,
            batch = Batch,
            format = Format?.ToString(),
            options = Options,
            embedder = Convert.ToHexStringLower(Embedder),
            recipes = Recipes.Select(Convert.ToHexStringLower).Order(StringComparer.Ordinal),
        });
        return SHA256.HashData(Encoding.UTF8.GetBytes(identity));
    }
}
