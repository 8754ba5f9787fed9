using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pipeline.Inference.Recipes;

/// <summary>
/// Names everything that shaped a result. Immutable; two definitions are equal when their <see cref="Sha256"/> is.
/// Changing anything but <see cref="SecondsPerText"/> makes another recipe.
/// </summary>
public sealed record RecipeDefinition
{
    private static readonly JsonWriterOptions _canonical = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The name that people use, kebab-case.</summary>
    public required string Name { get; init; }

    /// <summary>What the recipe produces.</summary>
    public required RecipeStage Stage { get; init; }

    /// <summary>The engine that runs it; see <see cref="EngineFactory"/>.</summary>
    public required string Engine { get; init; }

    /// <summary>Version of the engine's algorithm: raised whenever the same text may give another result.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>All settings and content hashes that the engine needs, by ordinal key order.</summary>
    public ImmutableSortedDictionary<string, string> Parameters { get; init; } = NoParameters;

    /// <summary>Length of the vectors; null for a summariser.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Estimated seconds of one core or device for one text; sizes chunks of work and is not part of the identity.</summary>
    public double SecondsPerText { get; init; }

    /// <summary>An empty parameter map with the right key order; add to it.</summary>
    public static ImmutableSortedDictionary<string, string> NoParameters { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The identity as JSON: no white space, keys in ordinal order, absent values left out.</summary>
    public string CanonicalJson
    {
        get
        {
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream, _canonical))
            {
                Write(writer);
            }

            return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
        }
    }

    /// <summary>SHA-256 of <see cref="CanonicalJson"/> in UTF-8, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson)));

    /// <inheritdoc/>
    public bool Equals(RecipeDefinition? other) => other is not null && CanonicalJson == other.CanonicalJson;

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(CanonicalJson);

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Dimensions is { } dimensions)
        {
            writer.WriteNumber("dimensions", dimensions);
        }

        writer.WriteString("engine", Engine);
        writer.WriteString("engine_version", EngineVersion);
        writer.WriteString("name", Name);
        writer.WriteStartObject("parameters");
        foreach (var (key, value) in Parameters.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
        writer.WriteString("stage", Stage == RecipeStage.Embed ? "embed" : "summarize");
        writer.WriteEndObject();
    }
}
