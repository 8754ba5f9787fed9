namespace Pipeline.Contracts.Requests;

/// <summary>Answers a <see cref="ClassifyRequest"/>.</summary>
/// <param name="ModelSha256">Identity of the model that answered, 64 hexadecimal digits.</param>
/// <param name="Texts">One for each text, in their order.</param>
public sealed record ClassifyAnswer(string ModelSha256, IReadOnlyList<TextLabel> Texts);
