namespace Pipeline.Inference.Generation;

/// <summary>Runs some prompts together until the last one has ended; a row that has ended is dropped at once.</summary>
internal sealed class BatchRun : IDisposable
{
    private readonly IDecoderBatch _batch;
    private List<(int Index, IContinuation Continuation)> _open;

    /// <summary>Runs the prompts.</summary>
    /// <param name="decoder">The model.</param>
    /// <param name="prompts">Ids of each.</param>
    /// <param name="continuations">One for each prompt.</param>
    /// <param name="newTokens">Highest number of new ids of any.</param>
    public BatchRun(IDecoder decoder, IReadOnlyList<int[]> prompts, IEnumerable<IContinuation> continuations, int newTokens)
    {
        _batch = decoder.Start(prompts, newTokens);
        _open = [.. continuations.Select((continuation, index) => (index, continuation))];
    }

    /// <summary>True when every prompt has ended.</summary>
    public bool IsDone => _open.Count == 0;

    /// <summary>One step: chooses each row's next token and runs those that go on.</summary>
    /// <returns>The outcomes of the prompts that have ended, with their place in the list of prompts.</returns>
    public List<TextOutcome<GeneratedText>> Step()
    {
        var ended = new List<TextOutcome<GeneratedText>>();
        var open = new List<(int, IContinuation)>();
        var next = new List<NextRow>();
        var firstRow = 0;
        foreach (var (index, continuation) in _open)
        {
            var rows = continuation.Rows;
            var failure = Advance(continuation, firstRow, next);
            if ((failure, continuation.Result) is (null, null))
            {
                open.Add((index, continuation));
            }
            else
            {
                ended.Add(new(index, continuation.Result, failure));
            }

            firstRow += rows;
        }

        _open = open;
        if (!IsDone)
        {
            Run(next, firstRow);
        }

        return ended;
    }

    public void Dispose() => _batch.Dispose();

    private TextFailure? Advance(IContinuation continuation, int firstRow, List<NextRow> next)
    {
        try
        {
            continuation.Advance(_batch, firstRow, next);
            return null;
        }
        catch (BrokenLogitsException exception)
        {
            return new(TextFailure.EngineError, exception.Message);
        }
    }

    private void Run(List<NextRow> next, int rows)
    {
        var sources = next.Select(row => row.Source).ToArray();
        if (!sources.SequenceEqual(Enumerable.Range(0, rows)))
        {
            _batch.Reorder(sources);
        }

        _batch.Append(next.Select(row => row.Id).ToArray());
    }
}
