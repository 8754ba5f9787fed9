namespace Pipeline.Storage.Evaluations;

/// <summary>Everything that scoring a run has to say.</summary>
/// <param name="Generations">Scores by generation; empty for a stability check.</param>
/// <param name="Stability">Scores by text; empty for a re-evaluation.</param>
/// <param name="Figures">The figures of the run.</param>
/// <param name="IsFirstBaseline">The run becomes the schedule's baseline if it has none yet.</param>
public sealed record RunScores(
    IReadOnlyList<GenerationScore> Generations, IReadOnlyList<StabilityScore> Stability, IReadOnlyList<EvaluationFigure> Figures, bool IsFirstBaseline);
