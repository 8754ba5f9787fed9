namespace Pipeline.Storage.Search;

/// <summary>What a classifier says of a text.</summary>
/// <param name="TextId">The text.</param>
/// <param name="Topic">Its most probable class.</param>
/// <param name="Probability">The probability, 0 to 1.</param>
public sealed record TextTopic(long TextId, string Topic, double Probability);
