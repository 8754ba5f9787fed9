using Pipeline.Storage.Ledger;

namespace Pipeline.Ingest.Dispatch;

/// <summary>
/// Decides which sent chunks are lost. Pure but for its memory of earlier looks. A chunk is lost when nobody has begun it and either
/// the queue was seen empty for a while (workers fetch only what they begin, so an empty queue hides nothing), or a later chunk was
/// begun a good while ago (queues are first in, first out).
/// </summary>
internal sealed class LossDetector(TimeProvider time, TimeSpan lostAfter)
{
    // Two deliveries may begin in either order, so a chunk that was passed over gets a longer grace.
    private const int PassedOverFactor = 12;
    private long? _emptySince;
    private long _passedMark;
    private long _passedCandidate;
    private long _passedCandidateAt;

    /// <summary>The highest chunk id up to which waiting chunks are lost, or null when none is.</summary>
    /// <param name="queue">The ledger's view.</param>
    /// <param name="ready">The broker's count of waiting messages; null when the queue does not exist.</param>
    public long? LostUpTo(QueueState queue, long? ready)
    {
        if (queue.Waiting == 0)
        {
            _emptySince = null;
            return null;
        }

        if (ready is null)
        {
            return long.MaxValue;
        }

        if (ready == 0)
        {
            _emptySince ??= time.GetTimestamp();
            if (time.GetElapsedTime(_emptySince.Value) >= lostAfter && queue.OldestWaiting >= lostAfter)
            {
                _emptySince = null;
                return long.MaxValue;
            }
        }
        else
        {
            _emptySince = null;
        }

        if (_passedCandidate > 0 && time.GetElapsedTime(_passedCandidateAt) >= lostAfter * PassedOverFactor)
        {
            (_passedMark, _passedCandidate) = (_passedCandidate, 0);
        }

        if (_passedCandidate == 0 && queue.NewestBegun is { } begun && begun > _passedMark)
        {
            (_passedCandidate, _passedCandidateAt) = (begun, time.GetTimestamp());
        }

        return _passedMark > 0 ? _passedMark : null;
    }
}
