namespace Pipeline.Contracts.Requests;

/// <summary>
/// Request: the classes of these texts, at once. Somebody waits for <see cref="ClassifyAnswer"/>, or for a refusal; nothing is
/// stored, so the texts are in the message.
/// </summary>
/// <param name="Model">Name of the imported classifier.</param>
/// <param name="Texts">The texts, limited in number and length by the sender.</param>
public sealed record ClassifyRequest(string Model, IReadOnlyList<string> Texts);
