using System.Threading.Channels;

namespace Pipeline.Storage.Ledger;

/// <summary>
/// Lets chunks run side by side, and a suspect text with the process to itself: were anything else running when it kills the process,
/// that would be charged with an attempt too.
/// </summary>
public sealed class EngineGate
{
    // More than the chunks that a worker may have in work.
    private const int Places = 64;
    private readonly Channel<bool> _places = Filled(Places);
    private readonly Channel<bool> _turn = Filled(1);

    /// <summary>Enters beside others; disposing leaves.</summary>
    public async Task<IDisposable> TogetherAsync(CancellationToken cancellationToken)
    {
        await _places.Reader.ReadAsync(cancellationToken);
        return new Stay(_places, 1);
    }

    /// <summary>Enters when everybody else has left and keeps everybody out; disposing leaves.</summary>
    public async Task<IDisposable> AloneAsync(CancellationToken cancellationToken)
    {
        // One at a time: two that each hold some of the places would wait for each other.
        await _turn.Reader.ReadAsync(cancellationToken);
        using var turn = new Stay(_turn, 1);
        var taken = 0;
        try
        {
            for (; taken < Places; taken++)
            {
                await _places.Reader.ReadAsync(cancellationToken);
            }

            return new Stay(_places, taken);
        }
        catch (OperationCanceledException)
        {
            new Stay(_places, taken).Dispose();
            throw;
        }
    }

    private static Channel<bool> Filled(int places)
    {
        var channel = Channel.CreateUnbounded<bool>();
        new Stay(channel, places).Dispose();
        return channel;
    }

    private sealed class Stay(Channel<bool> places, int taken) : IDisposable
    {
        public void Dispose()
        {
            for (var i = 0; i < taken; i++)
            {
                places.Writer.TryWrite(true);
            }
        }
    }
}
