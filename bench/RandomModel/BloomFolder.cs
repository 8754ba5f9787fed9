using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.RandomModel;

/// <summary>The shape of BLOOM-560M, with SeqGPT-560M's files: <c>pytorch_model.bin</c> in float16, the head tied to the embedding.</summary>
internal static class BloomFolder
{
    private const int Hidden = 1024;
    private const int Layers = 24;
    private const int Vocabulary = 250_880;
    private const int Tokens = 250_680;
    private const int SpecialTokens = 4;
    private const int LongestToken = 24;
    private const int Seed = 560;

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""
            {"architectures": ["BloomForCausalLM"], "model_type": "bloom", "n_layer": {{Layers}}, "n_head": 16, "hidden_size": {{Hidden}},
             "n_inner": null, "vocab_size": {{Vocabulary}}, "layer_norm_epsilon": 1e-05, "apply_residual_connection_post_layernorm": false,
             "seq_length": 2048, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 3, "unk_token_id": 0, "torch_dtype": "float16"}

            """);
        File.WriteAllText(Path.Combine(folder, "generation_config.json"), """{"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 3}""");
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{"tokenizer_class": "BloomTokenizer", "padding_side": "left"}""");
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), Tokenizer().ToJsonString(s_json));
        TorchWriter.Write(Path.Combine(folder, "pytorch_model.bin"), Tensors(), "lm_head.weight", new(Seed));
    }

    private static List<RandomTensor> Tensors()
    {
        const string Prefix = "transformer.";
        List<RandomTensor> tensors =
        [
            new($"{Prefix}word_embeddings.weight", Filling.Normal, Vocabulary, Hidden),
            .. RandomTensor.Norm($"{Prefix}word_embeddings_layernorm", Hidden),
        ];
        for (var layer = 0; layer < Layers; layer++)
        {
            var block = $"{Prefix}h.{layer}";
            tensors.AddRange(RandomTensor.Norm($"{block}.input_layernorm", Hidden));
            tensors.AddRange(RandomTensor.Linear($"{block}.self_attention.query_key_value", 3 * Hidden, Hidden));
            tensors.AddRange(RandomTensor.Linear($"{block}.self_attention.dense", Hidden, Hidden));
            tensors.AddRange(RandomTensor.Norm($"{block}.post_attention_layernorm", Hidden));
            tensors.AddRange(RandomTensor.Linear($"{block}.mlp.dense_h_to_4h", 4 * Hidden, Hidden));
            tensors.AddRange(RandomTensor.Linear($"{block}.mlp.dense_4h_to_h", Hidden, 4 * Hidden));
        }

        tensors.AddRange(RandomTensor.Norm($"{Prefix}ln_f", Hidden));
        return tensors;
    }

    /// <summary>
    /// The tokenizer of the test model bloom-a, grown to the size of BLOOM's: its 6,000 merges come first, and random pairs of its tokens
    /// follow as merges of their own. <c>[GEN]</c> is the last id, as SeqGPT has it.
    /// </summary>
    private static JsonNode Tokenizer()
    {
        using var resource = typeof(BloomFolder).Assembly.GetManifestResourceStream("bloom-tokenizer.json")
            ?? throw new InvalidOperationException("The resource bloom-tokenizer.json is missing from the assembly.");
        var tokenizer = JsonNode.Parse(resource) ?? throw new InvalidOperationException("bloom-tokenizer.json is empty.");
        var vocabulary = tokenizer["model"]?["vocab"] as JsonObject ?? throw new InvalidOperationException("bloom-tokenizer.json has no vocabulary.");
        var merges = tokenizer["model"]?["merges"] as JsonArray ?? throw new InvalidOperationException("bloom-tokenizer.json has no merges.");
        var added = tokenizer["added_tokens"]?.AsArray().Last() ?? throw new InvalidOperationException("bloom-tokenizer.json has no added token.");
        added["id"] = Tokens;

        List<string> tokens = [.. vocabulary.Select(entry => entry.Key)];
        var known = tokens.ToHashSet(StringComparer.Ordinal);
        var random = new Random(Seed);
        while (tokens.Count < Tokens)
        {
            var (left, right) = (tokens[random.Next(SpecialTokens, tokens.Count)], tokens[random.Next(SpecialTokens, tokens.Count)]);
            if (left.Length + right.Length <= LongestToken && known.Add(left + right))
            {
                vocabulary.Add(left + right, tokens.Count);
                merges.Add($"{left} {right}");
                tokens.Add(left + right);
            }
        }

        return tokenizer;
    }
}
