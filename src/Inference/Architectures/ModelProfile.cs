using Pipeline.Inference.Models;

namespace Pipeline.Inference.Architectures;

/// <summary>What building a graph found out about the model; becomes part of the manifest.</summary>
internal sealed record ModelProfile
{
    public required int Vocabulary { get; init; }

    public required int MaxTokens { get; init; }

    /// <summary>Set for a model that embeds.</summary>
    public EncoderProfile? Encoder { get; init; }

    /// <summary>Set for a model that classifies.</summary>
    public ClassifierProfile? Classifier { get; init; }

    /// <summary>What the model does.</summary>
    public ModelTask Task => Encoder is not null ? ModelTask.Embed : Classifier is not null ? ModelTask.Classify : ModelTask.Generate;

    /// <summary>Set for a model that generates.</summary>
    public DecoderProfile? Decoder { get; init; }
}
