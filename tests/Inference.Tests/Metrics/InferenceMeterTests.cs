using System.Diagnostics.Metrics;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Metrics;
using Pipeline.Inference.Tests.Generation;

namespace Pipeline.Inference.Tests.Metrics;

public sealed class InferenceMeterTests(DecoderFixture models) : IClassFixture<DecoderFixture>
{
    [Fact]
    public async Task A_generator_counts_tokens_rows_texts_and_time()
    {
        var name = $"model-{Guid.NewGuid():N}";
        var sums = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == InferenceMeter.Name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();

        // After id n comes n - 1; 0 ends a text.
        var logits = Enumerable.Range(0, 10).Select(row => Enumerable.Range(0, 10).Select(id => id == Math.Max(0, row - 1) ? 30f : 0).ToArray());
        using (var generator = new TextGenerator(
            name, new TableDecoder([.. logits]), models.Open("bloom-a").LoadTokenizer(), [0], new() { MaxBatchRows = 2 }))
        {
            await DecoderFixture.RunAsync(generator, [[1, 4], [2], [3]], new());
        }

        Assert.Equal(4, sums["pipeline.inference.tokens prompt"]);
        Assert.Equal(9, sums["pipeline.inference.tokens new"]);
        Assert.Equal(3, sums["pipeline.inference.texts done"]);

        // 4 and 2, then 4 and 3 together, as far as each goes.
        Assert.Equal((3, 6), (sums["pipeline.inference.runs"], sums["pipeline.inference.rows"]));
        Assert.Equal((0, 0), (sums["pipeline.inference.padding"], sums["pipeline.inference.cache"]));
        Assert.All(["wait", "read", "step", "choose"], stage => Assert.True(sums[$"pipeline.inference.time {stage}"] >= 0));

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags[0].Value as string != name)
            {
                return;
            }

            var key = tags.Length > 1 ? $"{instrument.Name} {tags[1].Value}" : instrument.Name;
            lock (sums)
            {
                sums[key] = sums.GetValueOrDefault(key) + value;
            }
        }
    }
}
