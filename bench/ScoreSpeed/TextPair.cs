namespace Pipeline.ScoreSpeed;

/// <summary>Two texts to be compared.</summary>
internal sealed record TextPair(string Reference, string Candidate);
