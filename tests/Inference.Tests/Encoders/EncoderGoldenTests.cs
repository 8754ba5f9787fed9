using System.Text.Json;
using Pipeline.Inference.Encoders;
using Pipeline.Inference.Tests.Models;
using Pipeline.Inference.Tokenization;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Encoders;

/// <summary>Models with vectors from an independent float64 reference; they hold public vocabularies and lie beside the repository.</summary>
public sealed class EncoderGoldenTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("bert-cls")]
    [InlineData("bert-mean")]
    [InlineData("xlmr")]
    public void Texts_give_the_reference_ids_and_vectors_alone_and_together(string name)
    {
        var folder = ModelFixtures.RequireShared(name);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "goldens.json")));
        var cases = document.RootElement.GetProperty("cases").EnumerateArray().ToList();
        var opened = _temporary.Open(new() { Folder = folder });
        var tokenizer = opened.LoadTokenizer();
        using var model = opened.CreateEncoder(threads: 1);

        var inputs = cases.ConvertAll(item =>
            EncoderInput.Create(item.GetProperty("text").GetString()!, SpecialTokens.Recognize, model, tokenizer).Ids);
        var together = model.EmbedAll(inputs);

        for (var i = 0; i < cases.Count; i++)
        {
            Assert.Equal(cases[i].GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32()), inputs[i]);
            var expected = cases[i].GetProperty("embedding").EnumerateArray().Select(value => value.GetDouble()).ToArray();
            EncoderModelTests.AssertNear(expected, together[i]);
            Assert.Equal(model.Run([inputs[i]])[0]!, together[i]);
        }
    }
}
