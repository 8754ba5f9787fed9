using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Inference.Models;

/// <summary>What an imported model is: the content of <c>manifest.json</c>, which an import writes last.</summary>
public sealed record ModelManifest
{
    /// <summary>Name of the file in the model's folder.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The layout of model folders that this build reads and writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Architecture of a graph that was accepted as it is.</summary>
    public const string Exported = "onnx";

    /// <summary>Layout of the folder.</summary>
    public required int Format { get; init; }

    /// <summary>Name of the model and of its folder.</summary>
    public required string Name { get; init; }

    /// <summary><c>bert</c>, <c>xlm-roberta</c>, <c>bloom</c>, <c>qwen2</c>, or <c>onnx</c> for a graph that was accepted as it is.</summary>
    public required string Architecture { get; init; }

    /// <summary>What the model does.</summary>
    public required ModelTask Task { get; init; }

    /// <summary>Ids are 0 to this number minus 1.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Longest input in tokens, special tokens and (for a decoder) the continuation included.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>How its matrices are stored.</summary>
    public required ModelPrecision Precision { get; init; }

    /// <summary>What it was imported for.</summary>
    public required ModelTarget Target { get; init; }

    /// <summary>Set exactly when <see cref="Task"/> is <see cref="ModelTask.Embed"/>.</summary>
    public EncoderProfile? Encoder { get; init; }

    /// <summary>Set exactly when <see cref="Task"/> is <see cref="ModelTask.Classify"/>.</summary>
    public ClassifierProfile? Classifier { get; init; }

    /// <summary>Set exactly when <see cref="Task"/> is <see cref="ModelTask.Generate"/>.</summary>
    public DecoderProfile? Decoder { get; init; }

    /// <summary>SHA-256 of every file of the folder but this one, by name.</summary>
    public required ImmutableSortedDictionary<string, string> Files { get; init; }

    /// <summary>Where it came from.</summary>
    public required ModelSource Source { get; init; }

    /// <summary>"embeds texts", "classifies texts" or "generates text", for messages.</summary>
    internal string Does() => Task switch
    {
        ModelTask.Embed => "embeds texts",
        ModelTask.Classify => "classifies texts",
        _ => "generates text",
    };

    /// <summary>Identity of the model in recipes: SHA-256 of the manifest as this library writes it, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ModelManifestJson.Write(this))));
}
