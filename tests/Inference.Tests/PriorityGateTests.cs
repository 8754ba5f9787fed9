namespace Pipeline.Inference.Tests;

public sealed class PriorityGateTests
{
    private readonly PriorityGate _gate = new(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_is_in_at_a_time_interactive_ones_first()
    {
        var order = new List<string>();
        var first = await _gate.EnterAsync(RequestPriority.Bulk, Cancellation);
        Task[] others =
        [
            PassAsync("a", RequestPriority.Bulk), PassAsync("b", RequestPriority.Bulk),
            PassAsync("i", RequestPriority.Interactive), PassAsync("j", RequestPriority.Interactive),
        ];
        Assert.All(others, other => Assert.False(other.IsCompleted));
        first.Dispose();
        await Task.WhenAll(others);
        Assert.Equal(["i", "j", "a", "b"], order);
        using var last = await _gate.EnterAsync(RequestPriority.Bulk, Cancellation);

        async Task PassAsync(string name, RequestPriority priority)
        {
            using var pass = await _gate.EnterAsync(priority, Cancellation);
            order.Add(name);
        }
    }

    [Fact]
    public async Task As_many_are_in_as_there_are_places()
    {
        var gate = new PriorityGate(2);
        var first = await gate.EnterAsync(RequestPriority.Bulk, Cancellation);
        using var second = await gate.EnterAsync(RequestPriority.Bulk, Cancellation);
        var third = gate.EnterAsync(RequestPriority.Bulk, Cancellation);
        Assert.False(third.IsCompleted);
        first.Dispose();
        using var pass = await third;
        Assert.False(gate.EnterAsync(RequestPriority.Interactive, Cancellation).IsCompleted);
    }

    [Fact]
    public async Task Who_gives_up_is_passed_over()
    {
        using var cancel = new CancellationTokenSource();
        var first = await _gate.EnterAsync(RequestPriority.Bulk, Cancellation);
        var impatient = _gate.EnterAsync(RequestPriority.Interactive, cancel.Token);
        var patient = _gate.EnterAsync(RequestPriority.Bulk, Cancellation);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        first.Dispose();
        first.Dispose();
        var second = await patient;
        var third = _gate.EnterAsync(RequestPriority.Bulk, Cancellation);
        Assert.False(third.IsCompleted);
        second.Dispose();
        (await third).Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _gate.EnterAsync(RequestPriority.Bulk, cancel.Token));
    }
}
