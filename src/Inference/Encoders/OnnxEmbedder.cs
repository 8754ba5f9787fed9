using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Metrics;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Encoders;

/// <summary>
/// Embeds texts with an imported model. Strings like <c>[SEP]</c> in a text are ordinary characters; a text that is too long loses its
/// tail and is marked. Callers that share a model take turns, a batch each: while one runs, the others tokenise and write.
/// </summary>
public sealed class OnnxEmbedder(EncoderModel model, ISubwordTokenizer tokenizer, RequestPriority priority) : IEmbedder
{
    private long _truncated;

    /// <inheritdoc/>
    public int Dimensions => model.Profile.Dimensions;

    /// <summary>Texts so far that were longer than the model's input.</summary>
    public long TruncatedTexts => Interlocked.Read(ref _truncated);

    /// <inheritdoc/>
    public async IAsyncEnumerable<TextOutcome<Embedding>> EmbedAsync(
        IReadOnlyList<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var indexes = new List<int>(texts.Count);
        var inputs = new List<EncoderInput>(texts.Count);
        for (var index = 0; index < texts.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (string.IsNullOrWhiteSpace(texts[index]))
            {
                yield return new(index, null, new("empty-text", "The text is empty or white space."));
                continue;
            }

            indexes.Add(index);
            inputs.Add(Tokenize(texts[index]));
        }

        foreach (var batch in EqualLengthBatches.Plan([.. inputs.Select(input => input.Ids)], EncoderModel.DefaultTokenBudget))
        {
            IEnumerable<(int, float[]?, string)> outcomes;
            using (await model.Turns.EnterAsync(priority, cancellationToken))
            {
                outcomes = Run(batch, inputs);
            }

            foreach (var (place, vector, fault) in outcomes)
            {
                model.Metrics.Settled(vector is not null);
                yield return vector is null
                    ? new(indexes[place], null, new(TextFailure.EngineError, fault))
                    : new(indexes[place], new(vector) { Truncated = inputs[place].Truncated }, null);
            }
        }
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
