namespace Pipeline.Inference.Models;

/// <summary>What running a classifier needs to know.</summary>
public sealed record ClassifierProfile
{
    /// <summary>The classes by number, two or more, all different.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Texts are lower-cased before the tokenizer sees them, as in <see cref="EncoderProfile.LowerCase"/>.</summary>
    public bool LowerCase { get; init; }
}
