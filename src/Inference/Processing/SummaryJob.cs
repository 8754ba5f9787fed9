namespace Pipeline.Inference.Processing;

/// <summary>One text on its way to a summary: rounds of prompts until one answer is left.</summary>
internal sealed class SummaryJob
{
    /// <summary>Parts of parts of parts: no window is so small that more are needed.</summary>
    private const int MaxRounds = 4;

    private readonly string _source;
    private readonly SummaryPlanner _planner;
    private readonly OutputCleaner _cleaner;
    private readonly SummaryPlan _firstPlan;
    private SummaryPlan _plan;
    private Completion?[] _answers;
    private TextFailure? _failure;
    private int _open;
    private int _rounds = 1;
    private int _promptTokens;
    private int _outputTokens;
    private bool _isTruncated;

    public SummaryJob(int index, string source, SummaryPlanner planner, OutputCleaner cleaner)
    {
        Index = index;
        _source = source;
        _planner = planner;
        _cleaner = cleaner;
        _firstPlan = _plan = planner.Plan(source, mayDivide: true);
        _answers = Begin(_plan);
    }

    /// <summary>Place of the text in the batch.</summary>
    public int Index { get; }

    /// <summary>The prompts of this round.</summary>
    public IReadOnlyList<Prompt> Prompts => _plan.Prompts;

    /// <summary>Whether every prompt of this round is answered.</summary>
    public bool IsRoundOver => _open == 0;

    /// <summary>Takes the answer to a prompt of this round.</summary>
    public void Add(int prompt, TextOutcome<Completion> outcome)
    {
        _open--;
        _failure ??= outcome.Failure;
        _answers[prompt] = outcome.Value;
        _promptTokens += outcome.Value?.PromptTokens ?? 0;
        _outputTokens += outcome.Value?.OutputTokens ?? 0;
    }

    /// <summary>Ends the round.</summary>
    /// <param name="check">Looks at the summary before it leaves.</param>
    /// <returns>The outcome; null when another round has begun.</returns>
    public TextOutcome<Summary>? EndRound(SummaryCheck check)
    {
        if (_failure is not null)
        {
            return new(Index, null, _failure);
        }

        var answers = _answers.OfType<Completion>().ToList();
        var parts = answers.Select(answer => _cleaner.Clean(answer.Text, answer.EndedByLength)).ToList();
        var texts = parts.Select(part => part.Text).Where(text => text.Length > 0).ToList();
        if (texts.Count == 0)
        {
            return new(Index, null, new(
                "empty-output", $"The model gave nothing usable: {answers.Sum(answer => answer.OutputTokens)} tokens, of which nothing is left."));
        }

        if (_plan.IsMap && texts.Count > 1)
        {
            NextRound(string.Join('\n', texts));
            return null;
        }

        var (summary, flags) = check.Apply(_source, Join(texts));
        return new(Index, new(summary, answers.Any(answer => answer.EndedByLength) ? "length" : "generated", _isTruncated)
        {
            Flags = [.. Flags(parts).Concat(flags).Order(StringComparer.Ordinal)],
            Tokens = new(_firstPlan.SourceTokens, _firstPlan.ReadTokens, _promptTokens, _outputTokens),
        }, null);
    }

    private void NextRound(string text)
    {
        var before = _plan.SourceTokens;
        _plan = _planner.Plan(text, mayDivide: false);
        if (_plan.SourceTokens > _planner.Room && _plan.SourceTokens < before && ++_rounds < MaxRounds)
        {
            _plan = _planner.Plan(text, mayDivide: true);
        }

        _answers = Begin(_plan);
    }

    private Completion?[] Begin(SummaryPlan plan)
    {
        _open = plan.Prompts.Count;
        _isTruncated |= plan.ReadTokens < plan.SourceTokens;
        return new Completion?[plan.Prompts.Count];
    }

    private IEnumerable<string> Flags(IReadOnlyList<CleanText> parts)
    {
        if (_firstPlan.IsMap)
        {
            yield return SummaryFlags.MapReduce;
        }

        if (_firstPlan.IsMultiEvent)
        {
            yield return SummaryFlags.MultiEvent;
        }

        if (parts.Any(part => part.HadRepetition))
        {
            yield return SummaryFlags.Repetition;
        }
    }

    private static string Join(List<string> texts) =>
        texts.Count == 1 ? texts[0] : string.Join('；', texts.Select(text => text.TrimEnd('。', '；', ';', '.', ' ')).Distinct());
}
