namespace Pipeline.Contracts.Requests;

/// <summary>Answers an <see cref="EmbedRequest"/>.</summary>
/// <param name="Texts">One for each text, in their order.</param>
public sealed record EmbedAnswer(IReadOnlyList<TextVector> Texts);
