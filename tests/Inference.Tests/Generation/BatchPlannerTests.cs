using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

public sealed class BatchPlannerTests
{
    [Fact]
    public void Prompts_of_similar_length_run_together_and_short_ones_first() =>
        Assert.Equal<int[]>([[3, 1], [0, 2], [4]], BatchPlanner.Plan([50, 10, 60, 5, 70], 2, 1_000_000));

    [Fact]
    public void A_batch_takes_rows_times_its_longest() =>
        Assert.Equal<int[]>([[0, 1], [2], [3]], BatchPlanner.Plan([10, 20, 39, 40], 9, 40));

    [Fact]
    public void Every_prompt_runs_once_and_within_the_limits()
    {
        var random = new Random(3);
        for (var round = 0; round < 50; round++)
        {
            var lengths = Enumerable.Range(0, random.Next(0, 60)).Select(_ => random.Next(1, 200)).ToArray();
            var (maxPrompts, maxTokens) = (random.Next(1, 12), random.Next(200, 2000));
            var batches = BatchPlanner.Plan(lengths, maxPrompts, maxTokens).ToList();
            Assert.Equal(Enumerable.Range(0, lengths.Length), batches.SelectMany(batch => batch).Order());
            Assert.All(batches, batch => Assert.InRange(batch.Length, 1, maxPrompts));
            Assert.All(batches, batch => Assert.InRange(batch.Length * batch.Max(index => lengths[index]), 1, maxTokens));
        }
    }
}
