using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>Rows that are kept, repeated, dropped and continued give the bits of the same tokens run from the start.</summary>
public sealed class DecoderBatchTests(DecoderFixture models) : IClassFixture<DecoderFixture>
{
    // A prompt is computed by other routines than a step, so not to the bit.
    private const float Loss = 2e-5f;
    private const float LossOf16Bits = 0.02f;

    [Theory]
    [InlineData("bloom-b", ModelTarget.Cpu, Loss)]
    [InlineData("qwen2-untied", ModelTarget.Cpu, Loss)]
    [InlineData("bloom-b", ModelTarget.Cuda, LossOf16Bits)]
    [InlineData("qwen2-untied", ModelTarget.Cuda, LossOf16Bits)]
    public void Rows_may_be_reordered_at_will(string name, ModelTarget target, float loss)
    {
        using var decoder = Decoder(name, target);
        var random = new Random(5);
        var rows = new List<int[]> { Ids(3), Ids(33), Ids(1), Ids(20) };
        using var batch = decoder.Start(rows, 12);
        Check();
        foreach (var sources in (int[][])[[3, 2, 1, 0], [0, 0, 1, 1, 3, 2, 2, 2], [7, 0, 6], [1, 1], [1], [0, 0, 0, 0, 0], [4, 2], [1, 0, 1]])
        {
            batch.Reorder(sources);
            var next = sources.Select(_ => random.Next(decoder.VocabularySize)).ToArray();
            batch.Append(next);
            rows = [.. sources.Zip(next, (source, id) => (int[])[.. rows[source], id])];
            Check();
        }

        int[] Ids(int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(decoder.VocabularySize))];

        void Check()
        {
            Assert.Equal(rows.Count, batch.Rows);
            for (var row = 0; row < rows.Count; row++)
            {
                SameAsAlone(decoder, rows[row], batch, row, loss);
            }
        }
    }

    [Theory]
    [InlineData("bloom-b", ModelPrecision.Int8)]
    [InlineData("qwen2-untied", ModelPrecision.Int8)]
    [InlineData("bloom-a", ModelPrecision.Int4)]
    public void Rows_with_keys_and_values_in_int8_are_the_same_to_the_bit_wherever_they_have_been(string name, ModelPrecision precision)
    {
        using var decoder = models.Open(name, precision).CreateDecoder(threads: 1);
        var random = new Random(7);
        var rows = new List<(int[] Prompt, int[] Appended)> { (Ids(3), []), (Ids(33), []), (Ids(1), []), (Ids(20), []) };
        using var batch = decoder.Start([.. rows.Select(row => row.Prompt)], 24);
        foreach (var sources in (int[][])[[3, 2, 1, 0], [0, 0, 1, 1, 3, 2, 2, 2], [7, 0, 6], [1, 1], [0, 0, 0], [1, 1, 1, 2, 2], [4, 2], [1, 0, 1], [0, 2], [0, 0]])
        {
            batch.Reorder(sources);
            var next = sources.Select(_ => random.Next(decoder.VocabularySize)).ToArray();
            batch.Append(next);
            rows = [.. sources.Zip(next, (source, id) => (rows[source].Prompt, (int[])[.. rows[source].Appended, id]))];
            for (var row = 0; row < rows.Count; row++)
            {
                using var alone = decoder.Start([rows[row].Prompt], 0);
                Array.ForEach(rows[row].Appended, id => alone.Append([id]));
                Assert.Equal(alone.Logits(0), batch.Logits(row));
            }
        }

        int[] Ids(int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(decoder.VocabularySize))];
    }

    [Theory]
    [InlineData("bloom-b", ModelPrecision.Int8)]
    [InlineData("qwen2-untied", ModelPrecision.Int8)]
    [InlineData("bloom-a", ModelPrecision.Int4)]
    public void Tokens_that_come_together_are_the_same_to_the_bit_as_one_after_the_other(string name, ModelPrecision precision)
    {
        using var decoder = models.Open(name, precision).CreateDecoder(threads: 1);
        var prompt = Enumerable.Range(5, 19).ToArray();
        using var together = decoder.Start([prompt], 0);
        using var single = decoder.Start([prompt], 0);
        foreach (var (ids, kept) in ((int[], int)[])[([7, 3, 9, 11, 2], 5), ([4, 4, 8], 1), ([6, 8], 2), ([1, 2, 3, 4, 5, 6, 7, 8], 6)])
        {
            together.AppendSequence(ids);
            for (var i = 0; i < kept; i++)
            {
                single.Append([ids[i]]);
                Assert.Equal(single.Logits(0), together.Logits(i));
                Assert.Equal(single.Best(0), together.Best(i));
            }

            together.Keep(kept);
        }

        single.Append([12]);
        together.Append([12]);
        Assert.Equal(single.Logits(0), together.Logits(0));
    }

    [Theory]
    [InlineData("bloom-b", ModelTarget.Cpu, Loss)]
    [InlineData("qwen2-untied", ModelTarget.Cpu, Loss)]
    [InlineData("bloom-b", ModelTarget.Cuda, LossOf16Bits)]
    [InlineData("qwen2-untied", ModelTarget.Cuda, LossOf16Bits)]
    public void Rows_may_come_at_any_time(string name, ModelTarget target, float loss)
    {
        using var decoder = Decoder(name, target);
        var random = new Random(6);
        var rows = new List<List<int>>();
        using var batch = decoder.Open();
        for (var round = 0; round < 60; round++)
        {
            // Some leave, one may come in their place or behind, and now and then it is longer than all before it.
            int[] kept = [.. Enumerable.Range(0, rows.Count).Where(_ => random.Next(5) > 0)];
            batch.Reorder(kept);
            rows = [.. kept.Select(row => rows[row])];
            if (rows.Count == 0 || random.Next(2) == 0)
            {
                rows.Add([.. Enumerable.Range(0, random.Next(1, 10 + (2 * round))).Select(_ => random.Next(decoder.VocabularySize))]);
                batch.Add([.. rows[^1]]);
            }

            var next = rows.Select(_ => random.Next(decoder.VocabularySize)).ToArray();
            batch.Append(next);
            for (var row = 0; row < rows.Count; row++)
            {
                rows[row].Add(next[row]);
            }

            var checkedRow = random.Next(rows.Count);
            SameAsAlone(decoder, [.. rows[checkedRow]], batch, checkedRow, loss);
        }
    }

    [Theory]
    [InlineData("bloom-a")]
    [InlineData("qwen2-tied")]
    public void Steps_give_the_same_bits_whatever_else_is_in_the_batch(string name)
    {
        using var decoder = models.Decoder(name);
        var prompts = DecoderGoldens.Read(name).Cases.Select(c => c.InputIds).ToArray();
        using var together = decoder.Start(prompts, 8);
        for (var row = 0; row < prompts.Length; row++)
        {
            using var alone = decoder.Start([prompts[row]], 8);
            using var pair = decoder.Start([prompts[^1], prompts[row]], 8);
            for (var step = 0; step < 4; step++)
            {
                var id = TopTokens.Best(alone.Logits(0));
                alone.Append([id]);
                pair.Append([7, id]);
                Assert.Equal(alone.Logits(0), pair.Logits(1));
            }
        }

        // And in the order in which rows come.
        using var reversed = decoder.Start([.. prompts.Reverse()], 8);
        for (var step = 0; step < 8; step++)
        {
            var ids = Enumerable.Range(0, prompts.Length).Select(row => TopTokens.Best(together.Logits(row))).ToArray();
            together.Append(ids);
            reversed.Append([.. ids.Reverse()]);
            for (var row = 0; row < prompts.Length; row++)
            {
                Assert.Equal(together.Logits(row), reversed.Logits(prompts.Length - 1 - row));
            }
        }
    }

    [Fact]
    public void One_token_is_needed_for_each_row()
    {
        using var decoder = models.Decoder("bloom-a");
        using var batch = decoder.Start([[5], [6]], 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Append([1]));
    }

    private IDecoder Decoder(string name, ModelTarget target) =>
        target == ModelTarget.Cuda ? models.OpenForGpu(name).CreateDecoder(threads: 1) : models.Decoder(name);

    /// <summary>A row says what its tokens say as a prompt of their own; its best token is the best there too, or as good.</summary>
    private static void SameAsAlone(IDecoder decoder, int[] tokens, IDecoderBatch batch, int row, float loss)
    {
        using var alone = decoder.Start([tokens], 0);
        Assert.Equal(alone.Logits(0).ToArray(), batch.Logits(row).ToArray(), (a, b) => Math.Abs(a - b) < loss);
        Assert.InRange(alone.Logits(0)[batch.Best(row).Id], alone.Best(0).Logit - (2 * loss), alone.Best(0).Logit);
    }
}
