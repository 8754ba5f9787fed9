using Pipeline.Ingest.Dispatch;
using Pipeline.Storage.Ledger;
using Pipeline.Testing;

namespace Pipeline.Ingest.Tests.Dispatch;

public sealed class LossDetectorTests
{
    private static readonly TimeSpan s_lostAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);
    private readonly ManualTime _time = new();
    private readonly LossDetector _detector;

    public LossDetectorTests() => _detector = new LossDetector(_time, s_lostAfter);

    [Fact]
    public void Without_waiting_chunks_nothing_is_lost()
    {
        Assert.Null(_detector.LostUpTo(QueueState.Empty, 0));
        _time.Advance(s_long);
        Assert.Null(_detector.LostUpTo(QueueState.Empty, 0));
        Assert.Null(_detector.LostUpTo(QueueState.Empty, null));
    }

    [Fact]
    public void Everything_in_a_queue_that_does_not_exist_is_lost_at_once() =>
        Assert.Equal(long.MaxValue, _detector.LostUpTo(Waiting(TimeSpan.Zero), null));

    [Fact]
    public void A_queue_seen_empty_for_long_enough_has_lost_its_waiting_chunks()
    {
        Assert.Null(_detector.LostUpTo(Waiting(s_long), 0));
        _time.Advance(s_lostAfter - TimeSpan.FromTicks(1));
        Assert.Null(_detector.LostUpTo(Waiting(s_long), 0));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(long.MaxValue, _detector.LostUpTo(Waiting(s_long), 0));
    }

    [Fact]
    public void A_young_chunk_is_not_lost_although_the_queue_is_empty()
    {
        Assert.Null(_detector.LostUpTo(Waiting(TimeSpan.Zero), 0));
        _time.Advance(s_long);
        Assert.Null(_detector.LostUpTo(Waiting(s_lostAfter - TimeSpan.FromTicks(1)), 0));
    }

    [Fact]
    public void A_message_in_the_queue_starts_the_wait_again()
    {
        Assert.Null(_detector.LostUpTo(Waiting(s_long), 0));
        _time.Advance(s_long);
        Assert.Null(_detector.LostUpTo(Waiting(s_long), 1));
        Assert.Null(_detector.LostUpTo(Waiting(s_long), 0));
        _time.Advance(s_lostAfter);
        Assert.Equal(long.MaxValue, _detector.LostUpTo(Waiting(s_long), 0));
    }

    [Fact]
    public void An_idle_moment_starts_the_wait_again()
    {
        Assert.Null(_detector.LostUpTo(Waiting(s_long), 0));
        _time.Advance(s_long);
        Assert.Null(_detector.LostUpTo(QueueState.Empty, 0));
        Assert.Null(_detector.LostUpTo(Waiting(s_long), 0));
    }

    [Fact]
    public void After_a_loss_the_wait_starts_again()
    {
        _detector.LostUpTo(Waiting(s_long), 0);
        _time.Advance(s_lostAfter);
        Assert.NotNull(_detector.LostUpTo(Waiting(s_long), 0));
        Assert.Null(_detector.LostUpTo(Waiting(s_long), 0));
    }

    [Fact]
    public void A_chunk_that_a_later_one_overtook_long_ago_is_lost_although_the_queue_is_never_empty()
    {
        Assert.Null(_detector.LostUpTo(Waiting(s_long, newestBegun: 40), 9));
        _time.Advance(s_lostAfter * 12);
        Assert.Equal(40, _detector.LostUpTo(Waiting(s_long, newestBegun: 90), 9));

        // The mark moves on with the chunks that are begun.
        _time.Advance(s_lostAfter * 12);
        Assert.Equal(90, _detector.LostUpTo(Waiting(s_long, newestBegun: 200), 9));
    }

    private static QueueState Waiting(TimeSpan oldest, long? newestBegun = null) => new(3, 2, oldest, newestBegun);
}
