using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Metrics;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Encoders;

/// <summary>
/// Embeds texts with an imported model. Strings like <c>[SEP]</c> in a text are ordinary characters; a text that is too long loses its
/// tail and is marked. Callers that share a model take turns, a batch each; as many run as the model has lanes. Meanwhile the outcomes of those before are
/// taken and others tokenise.
/// </summary>
public sealed class OnnxEmbedder(EncoderModel model, ISubwordTokenizer tokenizer, RequestPriority priority) : IEmbedder
{
    // Batches that are done and wait for whoever takes the outcomes.
    private const int BatchesAhead = 2;

    private long _truncated;

    /// <inheritdoc/>
    public int Dimensions => model.Profile.Dimensions;

    /// <summary>Texts so far that were longer than the model's input.</summary>
    public long TruncatedTexts => Interlocked.Read(ref _truncated);

    /// <inheritdoc/>
    public async IAsyncEnumerable<TextOutcome<Embedding>> EmbedAsync(
        IReadOnlyList<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var settled = Channel.CreateBounded<TextOutcome<Embedding>[]>(BatchesAhead);
        var running = Task.Run(() => ProduceAsync(texts, settled.Writer, abandoned.Token), CancellationToken.None);
        try
        {
            await foreach (var outcomes in settled.Reader.ReadAllAsync(cancellationToken))
            {
                foreach (var outcome in outcomes)
                {
                    yield return outcome;
                }
            }
        }
        finally
        {
            // Not before the model is free: who gives up on one that hangs has to notice that it does.
            await abandoned.CancelAsync();
            await running;
        }
    }

    /// <summary>Tokenises and runs; a failure goes to whoever reads the outcomes.</summary>
    private async Task ProduceAsync(
        IReadOnlyList<string> texts, ChannelWriter<TextOutcome<Embedding>[]> settled, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(texts, settled, cancellationToken);
            settled.Complete();
        }
        catch (Exception exception)
        {
            settled.Complete(exception);
        }
    }

    private async Task RunAsync(IReadOnlyList<string> texts, ChannelWriter<TextOutcome<Embedding>[]> settled, CancellationToken cancellationToken)
    {
        var indexes = new List<int>(texts.Count);
        var inputs = new List<EncoderInput>(texts.Count);
        for (var index = 0; index < texts.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (string.IsNullOrWhiteSpace(texts[index]))
            {
                await settled.WriteAsync([new(index, null, new("empty-text", "The text is empty or white space."))], cancellationToken);
                continue;
            }

            indexes.Add(index);
            inputs.Add(Tokenize(texts[index]));
        }

        var batches = model.Plan([.. inputs.Select(input => input.Ids)]);
        await Parallel.ForEachAsync(batches, new ParallelOptions { MaxDegreeOfParallelism = model.Lanes, CancellationToken = cancellationToken }, RunBatchAsync);

        async ValueTask RunBatchAsync(int[] batch, CancellationToken cancellation)
        {
            TextOutcome<Embedding>[] outcomes;
            using (await model.Turns.EnterAsync(priority, cancellation))
            {
                outcomes = [.. Run(batch, inputs).Select(row => Settle(indexes[row.Place], row.Vector, inputs[row.Place].Truncated, row.Fault))];
            }

            await settled.WriteAsync(outcomes, cancellation);
        }
    }

    private TextOutcome<Embedding> Settle(int index, float[]? vector, bool truncated, string fault)
    {
        model.Metrics.Settled(vector is not null);
        return vector is null
            ? new(index, null, new(TextFailure.EngineError, fault))
            : new(index, new(vector) { Truncated = truncated }, null);
    }

    private EncoderInput Tokenize(string text)
    {
        using var timing = model.Metrics.Measure(InferenceStage.Tokenize);
        var input = EncoderInput.Create(text, SpecialTokens.Plain, model, tokenizer);
        if (input.Truncated)
        {
            Interlocked.Increment(ref _truncated);
        }

        return input;
    }

    private IEnumerable<(int Place, float[]? Vector, string Fault)> Run(int[] batch, List<EncoderInput> inputs)
    {
        try
        {
            var vectors = model.Run([.. batch.Select(place => inputs[place].Ids)]);
            return batch.Zip(vectors, (place, vector) => (place, vector, $"The model gave no finite vector for {inputs[place].Ids.Length} tokens."));
        }
        catch (OnnxRuntimeException exception)
        {
            return batch.Select(place => (place, (float[]?)null, $"ONNX Runtime failed on a batch of {batch.Length} texts: {exception.Message}"));
        }
    }
}
