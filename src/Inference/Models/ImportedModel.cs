namespace Pipeline.Inference.Models;

/// <summary>What an import made.</summary>
/// <param name="Manifest">The model.</param>
/// <param name="Replaced">False when the very same model was in the store already and stayed as it was.</param>
public sealed record ImportedModel(ModelManifest Manifest, bool Replaced);
