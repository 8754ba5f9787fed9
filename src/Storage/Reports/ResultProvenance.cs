namespace Pipeline.Storage.Reports;

/// <summary>Where a result comes from; see the view <c>pipeline.provenance</c> for the whole recipe.</summary>
/// <param name="Source">Where the document comes from.</param>
/// <param name="Engine">What ran the recipe, with its version where it has one: <c>onnx/1</c>.</param>
/// <param name="Model">The imported model or that of the endpoint; null for engines without one.</param>
/// <param name="RecipeSha256">Of the recipe's definition, hexadecimal: equal values mean the same recipe.</param>
/// <param name="Embedder">The embedder behind the cosine.</param>
/// <param name="EmbedderSha256">Of its definition, hexadecimal.</param>
/// <param name="RougeSignature">Tokenizer and rules behind the ROUGE scores; null without scores.</param>
/// <param name="SourceTokens">Tokens of the text; null for engines without tokens.</param>
/// <param name="ReadTokens">Those of them that the model read.</param>
public sealed record ResultProvenance(
    string? Source, string? Engine, string? Model, string? RecipeSha256, string? Embedder, string? EmbedderSha256, string? RougeSignature,
    int? SourceTokens, int? ReadTokens);
