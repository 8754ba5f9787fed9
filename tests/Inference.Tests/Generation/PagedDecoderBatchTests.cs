using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>Rows of models for GPUs, run on the CPU; see <see cref="DecoderBatchTests"/> for what all batches have in common.</summary>
public sealed class PagedDecoderBatchTests(DecoderFixture models) : IClassFixture<DecoderFixture>
{
    [Theory]
    [InlineData("bloom-b")]
    [InlineData("qwen2-untied")]
    public void A_batch_that_was_used_is_kept_for_the_next_and_gives_the_same(string name)
    {
        using var decoder = models.OpenForGpu(name).CreateDecoder(threads: 1);
        var batch = decoder.Open();
        var first = Run(batch);
        batch.Dispose();

        var again = decoder.Open();
        Assert.Same(batch, again);
        Assert.Equal(0, again.Rows);
        // Its blocks, steps and logits have been used otherwise in between.
        again.Add([[.. Enumerable.Range(3, 40)], [7]]);
        again.Append([1, 2]);
        again.Dispose();
        using var last = decoder.Open();
        Assert.Same(batch, last);
        Assert.Equal(first, Run(last));

        static float[][] Run(IDecoderBatch batch)
        {
            batch.Add([[5, 6, 7], [.. Enumerable.Range(10, 30)], [9]]);
            batch.Append([4, 3, 2]);
            batch.Reorder([1, 0, 2, 2]);
            batch.Append([8, 9, 10, 11]);
            return [.. Enumerable.Range(0, batch.Rows).Select(row => batch.Logits(row).ToArray())];
        }
    }

    [Fact]
    public void Batches_that_are_open_at_once_are_two_and_one_is_kept()
    {
        using var decoder = models.OpenForGpu("bloom-b").CreateDecoder(threads: 1);
        var (one, other) = (decoder.Start([[1, 2]], 1), decoder.Start([[3, 4, 5]], 1));
        Assert.NotSame(one, other);
        one.Append([6]);
        other.Append([7]);
        var expected = one.Logits(0).ToArray();

        one.Dispose();
        other.Dispose();

        using var kept = decoder.Open();
        Assert.Same(one, kept);
        kept.Add([1, 2]);
        kept.Append([6]);
        Assert.Equal(expected, kept.Logits(0));
    }

    [Theory]
    [InlineData("bloom-b")]
    [InlineData("qwen2-untied")]
    public void Prompts_that_fail_together_leave_the_rows_as_they_were(string name)
    {
        using var decoder = models.OpenForGpu(name).CreateDecoder(threads: 1);
        using var batch = decoder.Start([[5, 6, 7, 8], [9]], 3);
        using var untouched = decoder.Start([[5, 6, 7, 8], [9]], 3);
        var before = batch.Logits(1).ToArray();

        Assert.Throws<OnnxRuntimeException>(() => batch.Add([[1, 2], [decoder.VocabularySize + 3], [4]]));

        Assert.Equal(2, batch.Rows);
        Assert.Equal(before, batch.Logits(1));
        Assert.Equal(untouched.Best(0), batch.Best(0));
        batch.Append([3, 4]);
        untouched.Append([3, 4]);
        Assert.Equal(untouched.Logits(0), batch.Logits(0));
        Assert.Equal(untouched.Logits(1), batch.Logits(1));
    }

    [Theory]
    [InlineData("bloom-a")]
    [InlineData("qwen2-tied")]
    public void Steps_of_models_for_gpus_are_repeated(string name)
    {
        using var decoder = (DecoderModel)models.OpenForGpu(name).CreateDecoder(threads: 1);

        Assert.Equal((true, true, true), (decoder.RepeatsSteps, decoder.IsPaged, decoder.Chooses));
    }
}
