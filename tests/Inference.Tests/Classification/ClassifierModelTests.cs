using System.Text.Json.Nodes;
using Pipeline.Inference.Classification;
using Pipeline.Inference.Models;
using Pipeline.Inference.Recipes;
using Pipeline.Inference.Tests.Encoders;
using Pipeline.Inference.Tests.Models;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Classification;

public sealed class ClassifierModelTests : IDisposable
{
    private static readonly string[] s_labels = ["网络", "电力", "供水", "电梯", "其他"];
    private readonly TemporaryStore _temporary = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(false, "", "fp32", 1e-5)]
    [InlineData(false, "bert.", "fp32", 1e-5)]
    [InlineData(true, "roberta.", "fp32", 1e-5)]
    [InlineData(false, "bert.", "fp16", 0.005)]
    [InlineData(false, "bert.", "int8", 0.05)]
    public void Probabilities_are_those_of_a_plain_forward_pass_in_float64(bool roberta, string prefix, string precision, double tolerance)
    {
        var tiny = TinyBert.Create(roberta, prefix: prefix).Classifying(s_labels);
        var opened = _temporary.Open(new()
        {
            Folder = tiny.WriteTo(_temporary.Source("tiny")), Precision = Enum.Parse<ModelPrecision>(precision, ignoreCase: true),
        });
        using var model = opened.CreateClassifier(threads: 1);
        var reference = new BertReference(tiny);
        var random = new Random(3);
        int[][] inputs = [.. new[] { 1, 2, 7, 7, 7, opened.Manifest.MaxTokens }.Select(length =>
            Enumerable.Range(0, length).Select(_ => random.Next(tiny.Vocabulary.Count)).Where(id => id != tiny.PadId).DefaultIfEmpty(5).ToArray())];

        var together = model.Classify(inputs, Token).ToDictionary(row => row.Index, row => row.Probabilities!);

        Assert.Equal(s_labels, opened.Manifest.Classifier!.Labels);
        Assert.Equal(ModelTask.Classify, opened.Manifest.Task);
        for (var i = 0; i < inputs.Length; i++)
        {
            var expected = reference.Classify(inputs[i]);
            Assert.All(expected.Zip(together[i]), pair => Assert.Equal(pair.First, pair.Second, tolerance));
            Assert.Equal(1, together[i].Sum(), 1e-12);
            Assert.Equal(together[i], model.Classify([inputs[i]], Token).Single().Probabilities!);
        }

        // Not the same for every text, or the comparison would say little.
        Assert.True(together.Values.Select(row => row[0]).Max() - together.Values.Select(row => row[0]).Min() > 0.02);
    }

    [Fact]
    public void A_classifier_of_texts_gives_the_most_probable_class_and_takes_markers_for_words()
    {
        var tiny = TinyBert.Create().Classifying(s_labels);
        using var pool = new ClassifierPool(_temporary.Store);
        var manifest = _temporary.Import(new() { Folder = tiny.WriteTo(_temporary.Source("tiny")) });
        string[] texts = ["停电", "水管漏水，请派人维修。", "[SEP]", new string('水', 200)];
        int[] ids = [.. new[] { "[CLS]", "停", "电", "[SEP]" }.Select(token => tiny.Vocabulary.IndexOf(token))];

        var classes = pool.Load("tiny").Classify(texts, Token);

        var expected = new BertReference(tiny).Classify(ids);
        Assert.Equal(4, classes.Count);
        Assert.Equal(s_labels[Array.IndexOf(expected, expected.Max())], classes[0]!.Label);
        Assert.Equal(expected.Max(), classes[0]!.Probability, 1e-5);
        Assert.All(classes, found => Assert.InRange(found!.Probability, 0.2, 1));
        Assert.Same(pool.Load("tiny"), pool.Load("tiny"));
        Assert.Equal(manifest.Sha256, pool.Load("tiny").ModelSha256);
    }

    [Theory]
    [InlineData("id2label", """{"0": "one"}""", "names 1 classes")]
    [InlineData("id2label", "null", "names 0 classes")]
    [InlineData("id2label", """{"0": "a", "1": "a"}""", "empty or there twice")]
    [InlineData("id2label", """{"0": "a", "1": " "}""", "empty or there twice")]
    [InlineData("id2label", """{"0": "a", "2": "b"}""", "texts of 0, 1, 2")]
    [InlineData("id2label", """{"0": "a", "1": 2}""", "texts of 0, 1, 2")]
    [InlineData("id2label", """["a", "b"]""", "texts of 0, 1, 2")]
    [InlineData("id2label", """{"0": "a", "1": "b"}""", "'classifier.weight' has shape [5, 24]; [2, 24]")]
    [InlineData("problem_type", "\"multi_label_classification\"", "multi_label_classification")]
    public void A_configuration_that_is_no_classifier_for_us_is_refused(string key, string json, string expected)
    {
        var tiny = TinyBert.Create().Classifying(s_labels);
        tiny.Config[key] = JsonNode.Parse(json);

        var error = Assert.Throws<ModelException>(() => _temporary.Import(new() { Folder = tiny.WriteTo(_temporary.Source("tiny")) }));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(_temporary.Store.List());
    }

    [Theory]
    [InlineData("pooler.dense.weight")]
    [InlineData("classifier.bias")]
    public void A_missing_part_of_the_head_is_named(string tensor)
    {
        var tiny = TinyBert.Create().Classifying(s_labels);
        tiny.Weights.Remove(tensor);

        var error = Assert.Throws<ModelException>(() => _temporary.Import(new() { Folder = tiny.WriteTo(_temporary.Source("tiny")) }));

        Assert.Contains($"'{tensor}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_classifier_embeds_when_that_is_asked_for_and_otherwise_it_only_classifies()
    {
        var folder = TinyBert.Create().Classifying(s_labels).WriteTo(_temporary.Source("tiny"));

        var embedder = _temporary.Open(new() { Folder = folder, Name = "embedder", Pooling = PoolingMode.Mean });
        var classifier = _temporary.Open(new() { Folder = folder, Name = "classifier" });

        Assert.Equal(TinyBert.Hidden, embedder.Manifest.Encoder!.Dimensions);
        Assert.Contains("embeds texts; a classifying model is needed", Assert.Throws<ModelException>(() => embedder.CreateClassifier()).Message, StringComparison.Ordinal);
        Assert.Contains("classifies texts; an embedding model is needed", Assert.Throws<ModelException>(() => classifier.CreateEncoder()).Message, StringComparison.Ordinal);
        Assert.Contains("classifies texts; a generating model is needed", Assert.Throws<ModelException>(() => classifier.CreateDecoder()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_classifier_is_no_recipe()
    {
        _temporary.Import(new() { Folder = TinyBert.Create().Classifying(s_labels).WriteTo(_temporary.Source("tiny")) });
        using var pool = new ModelPool(_temporary.Store, new());
        var catalog = new RecipeCatalog(new EngineFactory([new OnnxEngine(pool)]), pool, _temporary.Source("recipes"));

        Assert.DoesNotContain(catalog.List(), listing => listing.Name == "tiny");
        Assert.Contains(
            "classifies texts", Assert.Throws<RecipeException>(() => catalog.Find("tiny", RecipeStage.Embed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_export_gives_the_classes_of_its_configuration()
    {
        var folder = Export(TinyExport.Size).WriteTo(_temporary.Source("export"));
        using var model = _temporary.Open(new() { Folder = folder, Onnx = true }).CreateClassifier(threads: 1);

        var probabilities = model.Classify([[7, 8]], Token).Single().Probabilities!;

        // Its scores are row 7 and the last row, that of type 0.
        var scores = Enumerable.Range(0, TinyExport.Size)
            .Select(i => Math.Exp(TinyExport.Table[(7 * TinyExport.Size) + i] + TinyExport.Table[((TinyExport.Vocabulary - 1) * TinyExport.Size) + i])).ToList();
        Assert.All(probabilities.Zip(scores), pair => Assert.Equal(pair.Second / scores.Sum(), pair.First, 1e-6));
    }

    [Theory]
    [InlineData(15, "logits", "no float32 score for each of the 15 classes")]
    [InlineData(16, "scores", "logits [batch, classes] is needed")]
    public void An_export_that_does_not_fit_its_configuration_is_refused(int classes, string output, string expected)
    {
        var folder = (Export(classes) with { Output = output }).WriteTo(_temporary.Source("export"));

        var error = Assert.Throws<ModelException>(() => _temporary.Import(new() { Folder = folder, Onnx = true }));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static TinyExport Export(int classes)
    {
        var labels = string.Join(", ", Enumerable.Range(0, classes).Select(number => $"\"{number}\": \"class {number}\""));
        return new()
        {
            Output = "logits", Pooled = true, MoreConfig = $$""", "architectures": ["SomeForSequenceClassification"], "id2label": { {{labels}} }""",
        };
    }
}
