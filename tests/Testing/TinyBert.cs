using System.Text.Json.Nodes;

namespace Pipeline.Testing;

/// <summary>A small encoder with seeded random weights, in the file layout of Hugging Face, for what must be shown in any checkout.</summary>
public sealed record TinyBert
{
    public const int Hidden = 24;
    public const int Heads = 3;
    public const int Inner = 40;
    public const int Layers = 2;
    public const int Positions = 40;
    public const float Epsilon = 1e-5f;

    /// <summary>XLM-RoBERTa: positions start behind the id of padding, one token type.</summary>
    public bool Roberta { get; init; }

    public bool Mean { get; init; }

    /// <summary>It has a head of classes, and nothing says how tokens are pooled.</summary>
    public bool Classifies { get; private init; }

    /// <summary>What stands before each tensor's name.</summary>
    public string Prefix { get; init; } = "";

    public SafetensorsWriter Weights { get; init; } = new();

    public JsonObject Config { get; init; } = [];

    public List<string> Vocabulary { get; init; } = [];

    public int PadId => Vocabulary.IndexOf("[PAD]");

    public static TinyBert Create(bool roberta = false, bool mean = false, string prefix = "", int seed = 1)
    {
        // The order of the special tokens differs from the usual one: ids must come from the file.
        string[] special = roberta ? ["[CLS]", "[PAD]", "[SEP]", "[UNK]"] : ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];
        var letters = "abcdefghijklmnopqrstuvwxyz0123456789".Select(c => c.ToString());
        var model = new TinyBert
        {
            Roberta = roberta,
            Mean = mean,
            Prefix = prefix,
            Vocabulary = [.. special, .. letters, .. letters.Select(c => "##" + c), .. "小区停电水管漏请派人维修，。".Select(c => c.ToString())],
        };
        model.Fill(new Random(seed));
        return model;
    }

    /// <summary>The same model with a head that assigns texts to classes.</summary>
    public TinyBert Classifying(params string[] labels)
    {
        var random = new Random(labels.Length);
        Config["architectures"] = new JsonArray(Roberta ? "XLMRobertaForSequenceClassification" : "BertForSequenceClassification");
        Config["id2label"] = new JsonObject(labels.Select((label, number) => KeyValuePair.Create<string, JsonNode?>($"{number}", label)).Reverse());
        if (Roberta)
        {
            Add("classifier.dense", Hidden);
        }

        Add(Roberta ? "classifier.out_proj" : "classifier", labels.Length);
        return this with { Classifies = true };

        void Add(string name, int outputs)
        {
            Weights.Add($"{name}.weight", [outputs, Hidden], [.. Enumerable.Range(0, outputs * Hidden).Select(_ => (float)(random.NextDouble() - 0.5))]);
            Weights.Add($"{name}.bias", [outputs], [.. Enumerable.Range(0, outputs).Select(_ => (float)(random.NextDouble() - 0.5))]);
        }
    }

    /// <summary>Writes the folder.</summary>
    public string WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), Config.ToJsonString());
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), Vocabulary);
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{"do_lower_case": false, "tokenizer_class": "BertTokenizer"}""");
        if (!Classifies)
        {
            File.WriteAllText(
                Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "1_Pooling")).FullName, "config.json"),
                $$"""{"pooling_mode_cls_token": {{(Mean ? "false" : "true")}}, "pooling_mode_mean_tokens": {{(Mean ? "true" : "false")}}}""");
        }

        Weights.Save(Path.Combine(folder, "model.safetensors"));
        return folder;
    }

    private void Fill(Random random)
    {
        foreach (var (key, value) in new Dictionary<string, JsonNode>
        {
            ["model_type"] = Roberta ? "xlm-roberta" : "bert",
            ["architectures"] = new JsonArray(Roberta ? "XLMRobertaModel" : "BertModel"),
            ["hidden_act"] = "gelu",
            ["hidden_size"] = Hidden,
            ["intermediate_size"] = Inner,
            ["layer_norm_eps"] = Epsilon,
            ["max_position_embeddings"] = Positions,
            ["num_attention_heads"] = Heads,
            ["num_hidden_layers"] = Layers,
            ["pad_token_id"] = PadId,
            ["type_vocab_size"] = Roberta ? 1 : 2,
            ["vocab_size"] = Vocabulary.Count,
        })
        {
            Config[key] = value;
        }

        Add("embeddings.word_embeddings.weight", 0, 1, Vocabulary.Count, Hidden);
        Add("embeddings.position_embeddings.weight", 0, 0.3, Positions, Hidden);
        Add("embeddings.token_type_embeddings.weight", 0, 0.3, Roberta ? 1 : 2, Hidden);
        Norm("embeddings.LayerNorm");
        for (var layer = 0; layer < Layers; layer++)
        {
            var name = $"encoder.layer.{layer}";
            Linear($"{name}.attention.self.query", Hidden, Hidden);
            Linear($"{name}.attention.self.key", Hidden, Hidden);
            Linear($"{name}.attention.self.value", Hidden, Hidden);
            Linear($"{name}.attention.output.dense", Hidden, Hidden);
            Norm($"{name}.attention.output.LayerNorm");
            Linear($"{name}.intermediate.dense", Inner, Hidden);
            Linear($"{name}.output.dense", Hidden, Inner);
            Norm($"{name}.output.LayerNorm");
        }

        // Ignored by the importer of an embedder.
        Linear("pooler.dense", Hidden, Hidden);

        void Norm(string name)
        {
            Add($"{name}.weight", 1, 0.2, Hidden);
            Add($"{name}.bias", 0, 0.2, Hidden);
        }

        void Linear(string name, int outputs, int inputs)
        {
            Add($"{name}.weight", 0, 1.5 / Math.Sqrt(inputs), outputs, inputs);
            Add($"{name}.bias", 0, 0.2, outputs);
        }

        void Add(string name, double mean, double spread, params long[] shape) => Weights.Add(
            Prefix + name, shape, [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => (float)(mean + (spread * Normal())))]);

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
