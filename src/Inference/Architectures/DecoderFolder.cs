using System.Collections.Immutable;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Architectures;

/// <summary>What the configuration files of a decoder say about running it.</summary>
internal static class DecoderFolder
{
    private const string GenerationFile = "generation_config.json";

    /// <summary>Describes the decoder. <c>generation_config.json</c>, when there is one, decides on the special ids.</summary>
    /// <exception cref="ModelException">No end-of-sequence id is stated, or an id is out of range.</exception>
    public static DecoderProfile Read(ModelConfig config, int vocabulary, int layers, int heads, int kvHeads, int headSize)
    {
        var generation = ModelConfig.Find(Path.GetDirectoryName(config.FilePath) ?? ".", GenerationFile);
        ImmutableArray<int> ends = [.. Ids("eos_token_id")];
        return ends.IsEmpty
            ? throw new ModelException(
                $"{config.FilePath} states no 'eos_token_id', and no {GenerationFile} does: texts would never end. Add the id that the model's "
                + "author documents.")
            : new()
            {
                Layers = layers,
                Heads = heads,
                KvHeads = kvHeads,
                HeadSize = headSize,
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
