namespace Pipeline.Contracts.Requests;

/// <summary>
/// Request: the vectors of these texts, at once. Somebody waits for <see cref="EmbedAnswer"/>, or for a refusal; nothing is
/// stored, so the texts are in the message.
/// </summary>
/// <param name="RecipeId">The embedder to run.</param>
/// <param name="Texts">The texts, limited in number and length by the sender.</param>
public sealed record EmbedRequest(int RecipeId, IReadOnlyList<string> Texts);
