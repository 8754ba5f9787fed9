namespace Pipeline.Storage.Evaluations;

/// <summary>One figure of a run as command line and HTTP API write it, in snake case. Members are only ever added.</summary>
public sealed record RunFigureDocument(
    string Recipe, string Part, string Measure, int Texts, int Failed, double? Rouge1F, double? Rouge2F, double? RougeLF, double? ExactShare,
    double? Value, double? Change, double? Low, double? High, long? BaselineRun, string Verdict, bool Alarm)
{
    /// <summary>That of a figure.</summary>
    public static RunFigureDocument Of(EvaluationFigure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return new(
            figure.Recipe, figure.Part, figure.Measure, figure.Texts, figure.Failed, figure.Rouge1F, figure.Rouge2F, figure.RougeLF,
            figure.ExactShare, figure.Value, figure.Change, figure.Low, figure.High, figure.BaselineRun, figure.Verdict, figure.Alarm);
    }
}
