namespace Pipeline.Inference.Generation.Scheduling;

/// <summary>A prompt on its way through the engine.</summary>
/// <param name="Call">Where its outcome goes.</param>
/// <param name="Index">Its place there.</param>
/// <param name="Prompt">Its ids.</param>
/// <param name="Continuation">Chooses its tokens.</param>
/// <param name="Rows">Rows that it may come to take.</param>
/// <param name="Tokens">Tokens that the cache takes for a row of it, at most.</param>
/// <param name="Priority">Who is served first.</param>
internal sealed record GenerationJob(
    GenerationCall Call, int Index, int[] Prompt, IContinuation Continuation, int Rows, int Tokens, RequestPriority Priority) : IRowJob
{
    private readonly List<NextRow> _next = [];
    private TextFailure? _failure;

    public int PromptTokens => Prompt.Length;

    /// <summary>The rows of the next step; none when it has ended.</summary>
    public IReadOnlyList<NextRow> Next => _next;

    /// <summary>The outcome; null while it goes on.</summary>
    public TextOutcome<GeneratedText>? Outcome =>
        (Continuation.Result, _failure) is (null, null) ? null : new(Index, Continuation.Result, _failure);

    /// <summary>Chooses the next tokens.</summary>
    /// <param name="batch">Has just run.</param>
    /// <param name="firstRow">The job's first row there.</param>
    public void Advance(IDecoderBatch batch, int firstRow)
    {
        _next.Clear();
        try
        {
            Continuation.Advance(batch, firstRow, _next);
        }
        catch (BrokenLogitsException exception)
        {
            Fail(exception.Message);
        }
    }

    /// <summary>Its rows have been put in place, one behind the other.</summary>
    public void Place(int firstRow)
    {
        for (var i = 0; i < _next.Count; i++)
        {
            _next[i] = _next[i] with { Source = firstRow + i };
        }
    }

    /// <summary>Ends without a text.</summary>
    public void Fail(string reason)
    {
        _next.Clear();
        _failure = new(TextFailure.EngineError, reason);
    }

    // One prompt is not another, though all their values be the same.
    public bool Equals(GenerationJob? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
