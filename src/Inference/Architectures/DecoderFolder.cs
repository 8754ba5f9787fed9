using System.Collections.Immutable;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>What the files of a decoder's folder say about running it.</summary>
internal static class DecoderFolder
{
    private const string GenerationFile = "generation_config.json";

    /// <summary>Type of the values in the graph. The attention of GPUs takes 16-bit numbers only.</summary>
    /// <exception cref="ModelException">The import is for cuda and in another precision.</exception>
    public static DataType Arithmetic(ImportRequest request) => request switch
    {
        { Target: ModelTarget.Cpu } => DataType.Float,
        { Precision: ModelPrecision.Fp16 } => DataType.Float16,
        _ => throw new ModelException($"'{request.Folder}' is a decoder: for cuda it is imported with --precision fp16."),
    };

    /// <summary>How the model embeds; null when it generates. It embeds when its folder, or the user, says how tokens are pooled.</summary>
    /// <exception cref="ModelException">The pooling is not one for a decoder.</exception>
    public static SentenceFolder? FindSentence(ArchitectureInput input)
    {
        var sentence = SentenceFolder.Find(input.Request.Folder, input.Request.Pooling);
        return sentence?.Pooling != PoolingMode.Cls ? sentence : throw new ModelException(
            $"'{input.Request.Folder}' is a decoder, whose first token knows nothing of the others: it can't be imported with cls pooling. "
            + "Leave --pooling out to generate, or embed with mean or last.");
    }

    /// <summary>Describes a model that generates, or embeds when there is a <paramref name="sentence"/>.</summary>
    /// <exception cref="ModelException">No end-of-sequence id is stated, or an id is out of range.</exception>
    public static ModelProfile Profile(
        ModelConfig config, SentenceFolder? sentence, int vocabulary, int maxTokens, int hidden, DecoderShape shape, int[]? headIds) => sentence is null
        ? new() { Vocabulary = vocabulary, MaxTokens = maxTokens, Decoder = Read(config, vocabulary, shape) with { HeadIds = headIds?.Length } }
        : new()
        {
            Vocabulary = vocabulary,
            MaxTokens = Math.Min(maxTokens, sentence.MaxTokens ?? maxTokens),
            Encoder = new()
            {
                Dimensions = hidden,
                Pooling = sentence.Pooling,
                PadId = config.OptionalInteger(0, "pad_token_id") ?? 0,
                LowerCase = sentence.LowerCase,
            },
        };

    /// <summary>The ids that the model may choose, those that end a text among them, ascending; null for all.</summary>
    /// <exception cref="ModelException">It embeds, and chooses nothing; or the tokenizer has ids that the model has not.</exception>
    public static int[]? HeadIds(ArchitectureInput input, SentenceFolder? sentence, int vocabulary, DecoderShape shape) => (input.HeadIds, sentence) switch
    {
        (null, _) => null,
        ([.., var largest], null) when largest >= vocabulary => throw new ModelException(
            $"The tokenizer in '{input.Request.Folder}' has id {largest}, the model only {vocabulary} rows. Take tokenizer and weights of the same model."),
        (var ids, null) => [.. ids.Union(Read(input.Config, vocabulary, shape).EosIds).Order()],
        _ => throw new ModelException($"'{input.Request.Folder}' embeds and has no head. Leave --shortlist out."),
    };

    /// <summary>Describes a model that generates. <c>generation_config.json</c>, when there is one, decides on the special ids.</summary>
    /// <exception cref="ModelException">No end-of-sequence id is stated, or an id is out of range.</exception>
    public static DecoderProfile Read(ModelConfig config, int vocabulary, DecoderShape shape)
    {
        var generation = ModelConfig.Find(Path.GetDirectoryName(config.FilePath) ?? ".", GenerationFile);
        ImmutableArray<int> ends = [.. Ids("eos_token_id")];
        return ends.IsEmpty
            ? throw new ModelException(
                $"{config.FilePath} states no 'eos_token_id', and no {GenerationFile} does: texts would never end. Add the id that the model's "
                + "author documents.")
            : new()
            {
                Layers = shape.Layers,
                Heads = shape.Heads,
                KvHeads = shape.KvHeads,
                HeadSize = shape.HeadSize,
                Cache = shape.Cache,
                EosIds = ends,
                BosId = Ids("bos_token_id").Cast<int?>().FirstOrDefault(),
                PadId = Ids("pad_token_id").Cast<int?>().FirstOrDefault(),
            };

        IReadOnlyList<int> Ids(string key)
        {
            var ids = generation?.Integers(key) is { Count: > 0 } stated ? stated : config.Integers(key);
            return ids.All(id => id >= 0 && id < vocabulary) ? ids : throw new ModelException(
                $"{config.FilePath} or {GenerationFile}: {key} is {string.Join(", ", ids)}; the model has ids 0 to {vocabulary - 1}. "
                + "Take the files that belong to these weights.");
        }
    }
}
