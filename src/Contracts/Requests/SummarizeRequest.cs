namespace Pipeline.Contracts.Requests;

/// <summary>
/// Request: a summary of this text, at once. Somebody waits for <see cref="SummarizeAnswer"/>, or for a refusal; nothing is
/// stored, so the text is in the message.
/// </summary>
/// <param name="RecipeId">The recipe to run.</param>
/// <param name="Text">The text, limited in length by the sender.</param>
public sealed record SummarizeRequest(int RecipeId, string Text);
