namespace Pipeline.Storage.Scores;

/// <summary>Precision, recall, F (0 to 1) and hits of one ROUGE type.</summary>
public readonly record struct RougeValue(double Precision, double Recall, double F, int Hits);

/// <summary>ROUGE of one pair under one signature.</summary>
public sealed record RougeRow(
    RougePair Pair, RougeValue Rouge1, RougeValue Rouge2, RougeValue RougeL, RougeValue RougeLsum, int SummaryTokens, int ReferenceTokens);
