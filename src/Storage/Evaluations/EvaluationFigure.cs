namespace Pipeline.Storage.Evaluations;

/// <summary>One figure of a run: a row of the view <c>evaluation_scores</c>.</summary>
public sealed record EvaluationFigure
{
    /// <summary>The recipe under evaluation.</summary>
    public required int RecipeId { get; init; }

    /// <summary>Its name; known when it was read.</summary>
    public string Recipe { get; init; } = "";

    /// <summary><c>pinned</c>, <c>fresh</c> or <c>stability</c>.</summary>
    public required string Part { get; init; }

    /// <summary><c>reference</c>, <c>baseline</c>, <c>source</c>, <c>stdev</c> or <c>pairs</c>.</summary>
    public required string Measure { get; init; }

    /// <summary>Texts that it was computed from.</summary>
    public required int Texts { get; init; }

    /// <summary>Texts of the part without a summary.</summary>
    public required int Failed { get; init; }

    /// <summary>Means of ROUGE F and the share of exact matches; null where the measure has none.</summary>
    public double? Rouge1F { get; init; }

    /// <summary>Mean ROUGE-2 F.</summary>
    public double? Rouge2F { get; init; }

    /// <summary>Mean ROUGE-L F.</summary>
    public double? RougeLF { get; init; }

    /// <summary>Share of summaries that are equal to the other text.</summary>
    public double? ExactShare { get; init; }

    /// <summary>Mean of the measure; null when there was nothing to measure.</summary>
    public double? Value { get; init; }

    /// <summary>Difference from the baseline run; null without a comparison.</summary>
    public double? Change { get; init; }

    /// <summary>Lower end of the 95 % interval of <see cref="Change"/>, for stability of <see cref="Value"/>.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of it.</summary>
    public double? High { get; init; }

    /// <summary>The run it was compared with.</summary>
    public long? BaselineRun { get; init; }

    /// <summary>What it comes to: <c>ok</c>, <c>drop</c>, <c>unstable</c>, ... as in docs/sql.md.</summary>
    public required string Verdict { get; init; }

    /// <summary>Verdicts of enough of the latest runs are bad.</summary>
    public bool Alarm { get; init; }
}
