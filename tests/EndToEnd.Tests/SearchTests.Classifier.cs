using System.Globalization;
using System.Text.Json;
using Pipeline.Inference.Classification;
using Pipeline.Inference.Models;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>Topics from an imported classifier instead of descriptions. The commands search in their own process, so they have settings of their own.</summary>
public sealed partial class SearchTests
{
    private static readonly string[] s_search = ["search", Printer, "--top", "100", "--min-similarity", "-1", "--json"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_classes_of_a_classifier_are_the_topics_and_each_text_is_classified_once()
    {
        var manifest = new ModelImporter(world.Models).Import(
            new() { Folder = TinyBert.Create().Classifying("甲", "乙", "丙").WriteTo(world.Source("tiny")) }, null, Token).Manifest;
        using var pool = new ClassifierPool(world.Models);
        var classifier = pool.Load("tiny");
        var texts = (await world.Rig.DataSource.ColumnAsync<string>(
            "select t.body from pipeline.documents d join pipeline.texts t on t.id = d.text_id where d.tenant = 'default'")).ToList();
        var expected = texts.Zip(classifier.Classify(texts, Token)).ToDictionary(pair => pair.First, pair => pair.Second!.Label);
        var topic = classifier.Classify([Printer], Token)[0]!.Label;

        var found = await SearchAsync("tiny", probability: 0, s_search);
        var classified = await ClassifiedAsync(manifest);
        var again = await SearchAsync("tiny", probability: 0, s_search);
        var doubtful = await SearchAsync("tiny", probability: 1, s_search);
        var all = await SearchAsync("tiny", probability: 0, [.. s_search, "--off-topic"]);

        // A model of random weights; what matters is that its answers are followed, and that they differ.
        Assert.True(expected.Values.Distinct().Count() > 1, "The model gives one class to all texts.");
        var items = found.GetProperty("items").EnumerateArray().ToList();
        var offTopic = found.GetProperty("filter").GetProperty("off_topic").GetInt32();
        Assert.Equal(topic, found.GetProperty("filter").GetProperty("topic").GetString());
        Assert.All(items, item => Assert.Equal(topic, item.GetProperty("topic").GetString()));
        Assert.Equal(
            expected.Where(pair => pair.Value == topic).Select(pair => pair.Key).Order(),
            items.Select(item => item.GetProperty("text").GetString()!).Order());
        Assert.Equal(texts.Count, items.Count + offTopic);
        Assert.Equal(texts.Count, classified);
        Assert.Equal(found.ToString(), again.ToString());
        Assert.Equal(classified, await ClassifiedAsync(manifest));
        Assert.Equal(texts.Count, doubtful.GetProperty("items").GetArrayLength());
        Assert.Equal(texts.Count, all.GetProperty("items").GetArrayLength());
        Assert.All(all.GetProperty("items").EnumerateArray(), item => Assert.Equal(JsonValueKind.Null, item.GetProperty("topic").ValueKind));
    }

    [Fact]
    public async Task A_classifier_that_is_not_there_is_named_with_the_remedy_and_the_search_goes_without()
    {
        await using var refused = Start("nothing", 0, s_search);

        Assert.Equal(1, await refused.ExitAsync(PipelineRig.Patience));
        Assert.Contains("There is no model 'nothing'", refused.Log, StringComparison.Ordinal);
        Assert.Contains("Pipeline:Search:Classifier", refused.Log, StringComparison.Ordinal);
        Assert.Equal(96, (await SearchAsync("nothing", 0, [.. s_search, "--off-topic"])).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Topics_from_a_classifier_and_from_descriptions_together_are_refused()
    {
        await using var refused = ServiceProcess.Start(
            "Cli", new Dictionary<string, string>(world.Rig.Settings) { ["PIPELINE__SEARCH__CLASSIFIER"] = "tiny" }, s_search);

        Assert.NotEqual(0, await refused.ExitAsync(PipelineRig.Patience));
        Assert.Contains("has a Classifier and Topics", refused.Log, StringComparison.Ordinal);
    }

    private Task<long> ClassifiedAsync(ModelManifest manifest) => world.Rig.DataSource.ScalarAsync<long>(
        "select count(*) from pipeline.text_topics t join pipeline.classifiers c on c.id = t.classifier_id where c.sha256 = decode($1, 'hex')", manifest.Sha256);

    private async Task<JsonElement> SearchAsync(string classifier, double probability, string[] arguments)
    {
        await using var search = Start(classifier, probability, arguments);
        Assert.True(await search.ExitAsync(PipelineRig.Patience) == 0, search.Log);
        return JsonDocument.Parse(search.Log).RootElement;
    }

    private ServiceProcess Start(string classifier, double probability, string[] arguments)
    {
        Dictionary<string, string> settings = new(world.Rig.Settings.Where(setting => !setting.Key.StartsWith("PIPELINE__SEARCH__TOPICS", StringComparison.Ordinal)))
        {
            ["PIPELINE__SEARCH__CLASSIFIER"] = classifier,
            ["PIPELINE__SEARCH__CLASSIFIERPROBABILITY"] = probability.ToString(CultureInfo.InvariantCulture),
        };
        return ServiceProcess.Start("Cli", settings, arguments);
    }
}
