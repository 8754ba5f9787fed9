namespace Pipeline.RandomModel;

/// <summary>The shape of GTE-Chinese-Large, a BERT-large: <c>model.safetensors</c> in float16, CLS pooling.</summary>
internal static class BertFolder
{
    private const int Hidden = 1024;
    private const int Inner = 4096;
    private const int Layers = 24;
    private const int Vocabulary = 21_128;
    private const int Positions = 512;
    private const int Seed = 325;

    public static void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""
            {"architectures": ["BertModel"], "model_type": "bert", "hidden_size": {{Hidden}}, "intermediate_size": {{Inner}},
             "num_hidden_layers": {{Layers}}, "num_attention_heads": 16, "vocab_size": {{Vocabulary}}, "max_position_embeddings": {{Positions}},
             "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute",
             "torch_dtype": "float16"}

            """);
        File.WriteAllText(Path.Combine(folder, "modules.json"), """
            [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
             {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]

            """);
        Directory.CreateDirectory(Path.Combine(folder, "1_Pooling"));
        File.WriteAllText(Path.Combine(folder, "1_Pooling", "config.json"), $$"""
            {"word_embedding_dimension": {{Hidden}}, "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}

            """);
        File.WriteAllText(Path.Combine(folder, "sentence_bert_config.json"), """{"max_seq_length": 512, "do_lower_case": false}""");
        File.WriteAllText(
            Path.Combine(folder, "tokenizer_config.json"), """{"tokenizer_class": "BertTokenizer", "do_lower_case": false, "tokenize_chinese_chars": true}""");
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), Tokens());
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), Tensors(), new(Seed));
    }

    private static List<RandomTensor> Tensors()
    {
        List<RandomTensor> tensors =
        [
            new("embeddings.word_embeddings.weight", Filling.Normal, Vocabulary, Hidden),
            new("embeddings.position_embeddings.weight", Filling.Normal, Positions, Hidden),
            new("embeddings.token_type_embeddings.weight", Filling.Normal, 2, Hidden),
            .. RandomTensor.Norm("embeddings.LayerNorm", Hidden),
        ];
        for (var layer = 0; layer < Layers; layer++)
        {
            var block = $"encoder.layer.{layer}";
            tensors.AddRange(RandomTensor.Linear($"{block}.attention.self.query", Hidden, Hidden));
            tensors.AddRange(RandomTensor.Linear($"{block}.attention.self.key", Hidden, Hidden));
            tensors.AddRange(RandomTensor.Linear($"{block}.attention.self.value", Hidden, Hidden));
            tensors.AddRange(RandomTensor.Linear($"{block}.attention.output.dense", Hidden, Hidden));
            tensors.AddRange(RandomTensor.Norm($"{block}.attention.output.LayerNorm", Hidden));
            tensors.AddRange(RandomTensor.Linear($"{block}.intermediate.dense", Inner, Hidden));
            tensors.AddRange(RandomTensor.Linear($"{block}.output.dense", Hidden, Inner));
            tensors.AddRange(RandomTensor.Norm($"{block}.output.LayerNorm", Hidden));
        }

        tensors.AddRange(RandomTensor.Linear("pooler.dense", Hidden, Hidden));
        return tensors;
    }

    /// <summary>As many tokens as BERT's Chinese vocabulary, special ones in the same places, then characters and their ## forms by code point.</summary>
    private static IEnumerable<string> Tokens()
    {
        var ascii = Enumerable.Range('!', '~' - '!' + 1).Select(code => $"{(char)code}");
        var chinese = Enumerable.Range(0x4e00, Vocabulary).Select(code => $"{(char)code}");
        return Enumerable.Range(1, 99).Select(number => $"[unused{number}]").Prepend("[PAD]")
            .Concat(["[UNK]", "[CLS]", "[SEP]", "[MASK]"])
            .Concat(ascii.Concat(chinese).SelectMany(token => new[] { token, $"##{token}" }))
            .Take(Vocabulary);
    }
}
