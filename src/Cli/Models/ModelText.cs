using System.Globalization;
using System.Text.Json;
using Pipeline.Inference.Models;

namespace Pipeline.Cli.Models;

/// <summary>How models are shown.</summary>
internal static class ModelText
{
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
    };

    /// <summary>"1024 dimensions, cls pooling", "8 classes", "24 layers", "24 layers, 40000 of 250880 ids", or "24 layers, int8 cache".</summary>
    public static string Shape(ModelManifest manifest) => manifest switch
    {
        { Encoder: { } encoder } => $"{encoder.Dimensions} dimensions, {Lower(encoder.Pooling)} pooling",
        { Classifier: { } classifier } => $"{classifier.Labels.Count} classes",
        { Decoder: { HeadIds: { } ids } decoder } => $"{decoder.Layers} layers, {ids} of {manifest.Vocabulary} ids",
        { Decoder: { Cache: { } cache } decoder } => $"{decoder.Layers} layers, {Lower(cache)} cache",
        { Decoder: { } decoder } => $"{decoder.Layers} layers",
        _ => "",
    };

    public static string Lower(Enum value) => value.ToString().ToLowerInvariant();

    /// <summary>The properties of a model in a JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, ModelManifest manifest, long bytes)
    {
        writer.WriteString("name", manifest.Name);
        writer.WriteString("architecture", manifest.Architecture);
        writer.WriteString("task", Lower(manifest.Task));
        writer.WriteString("precision", Lower(manifest.Precision));
        writer.WriteString("target", Lower(manifest.Target));
        writer.WriteNumber("vocabulary", manifest.Vocabulary);
        writer.WriteNumber("max_tokens", manifest.MaxTokens);
        if (manifest.Encoder is { } encoder)
        {
            writer.WriteNumber("dimensions", encoder.Dimensions);
            writer.WriteString("pooling", Lower(encoder.Pooling));
        }

        if (manifest.Decoder?.Cache is { } cache)
        {
            writer.WriteString("cache", Lower(cache));
        }

        if (manifest.Decoder?.HeadIds is { } ids)
        {
            writer.WriteNumber("head_ids", ids);
        }

        if (manifest.Classifier is { } classifier)
        {
            writer.WriteStartArray("labels");
            foreach (var label in classifier.Labels)
            {
                writer.WriteStringValue(label);
            }

            writer.WriteEndArray();
        }

        if (manifest.Source.License is { } license)
        {
            writer.WriteString("license", license);
        }

        writer.WriteString("source", manifest.Source.Folder);
        writer.WriteNumber("bytes", bytes);
        writer.WriteString("sha256", manifest.Sha256);
    }
}
