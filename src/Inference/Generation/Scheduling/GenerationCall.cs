using System.Threading.Channels;

namespace Pipeline.Inference.Generation.Scheduling;

/// <summary>Prompts that came together, and the way their outcomes go back. The engine alone writes.</summary>
/// <param name="cancellationToken">Looked at between tokens.</param>
internal sealed class GenerationCall(CancellationToken cancellationToken)
{
    private readonly Channel<TextOutcome<GeneratedText>> _outcomes =
        Channel.CreateUnbounded<TextOutcome<GeneratedText>>(new() { SingleReader = true, SingleWriter = true });

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isAbandoned;
    private int _open;

    /// <summary>Whether nobody wants the rest.</summary>
    public bool IsUnwanted => _isAbandoned || cancellationToken.IsCancellationRequested;

    /// <summary>Whether the engine has nothing more to do for it.</summary>
    public bool HasEnded => _ended.Task.IsCompleted;

    /// <summary>The outcomes as they come.</summary>
    public IAsyncEnumerable<TextOutcome<GeneratedText>> Outcomes => _outcomes.Reader.ReadAllAsync(CancellationToken.None);

    /// <summary>The reader goes away. Ends when the engine runs nothing of it any more.</summary>
    public Task AbandonAsync()
    {
        _isAbandoned = true;
        return _ended.Task;
    }

    /// <summary>Says how many outcomes there will be.</summary>
    public void Expect(int prompts) => _open = prompts;

    /// <summary>Hands out an outcome; the last one ends the call.</summary>
    public void Settle(TextOutcome<GeneratedText> outcome)
    {
        _outcomes.Writer.TryWrite(outcome);
        if (--_open == 0)
        {
            End(null);
        }
    }

    /// <summary>Ends the call before its time.</summary>
    public void Cancel() => End(new OperationCanceledException(cancellationToken));

    /// <summary>Ends the call; its reader gets the exception.</summary>
    public void End(Exception? exception)
    {
        _outcomes.Writer.TryComplete(exception);
        _ended.TrySetResult();
    }
}
