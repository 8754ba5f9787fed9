using Pipeline.Inference.Encoders;
using Pipeline.Inference.Tests.Models;
using Pipeline.Inference.Tokenization;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Encoders;

public sealed class OnnxEmbedderTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private readonly EncoderModel _model;
    private readonly ISubwordTokenizer _tokenizer;
    private readonly OnnxEmbedder _embedder;

    public OnnxEmbedderTests()
    {
        var opened = _temporary.Open(new() { Folder = TinyBert.Create().WriteTo(_temporary.Source("tiny")) });
        _model = opened.CreateEncoder(threads: 1);
        _tokenizer = opened.LoadTokenizer();
        _embedder = new(_model, _tokenizer, RequestPriority.Bulk);
    }

    public void Dispose()
    {
        _model.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task Each_text_settles_alone_and_a_blank_one_has_no_vector()
    {
        var outcomes = await EmbedAsync("停电", " \n", "小区停水", "停电", "");

        Assert.Equal(["empty-text", "empty-text"], new[] { outcomes[1], outcomes[4] }.Select(outcome => outcome.Failure!.Code));
        Assert.Equal(outcomes[0].Value!.Values, outcomes[3].Value!.Values);
        Assert.NotEqual(outcomes[0].Value!.Values, outcomes[2].Value!.Values);
        Assert.Equal(outcomes[2].Value!.Values, (await EmbedAsync("小区停水"))[0].Value!.Values);
        Assert.Equal(TinyBert.Hidden, _embedder.Dimensions);
    }

    [Fact]
    public async Task A_long_text_loses_its_tail_keeps_its_end_mark_and_is_counted()
    {
        var text = string.Concat(Enumerable.Repeat("小区停电", 20));
        var shorter = text[..(TinyBert.Positions - 2)];

        var outcomes = await EmbedAsync(text, shorter, "停电");

        Assert.Equal([true, false, false], outcomes.Select(outcome => outcome.Value!.Truncated));
        Assert.Equal(outcomes[1].Value!.Values, outcomes[0].Value!.Values);
        Assert.Equal(1, _embedder.TruncatedTexts);
        var input = EncoderInput.Create(text, SpecialTokens.Plain, _model, _tokenizer);
        Assert.Equal(TinyBert.Positions, input.Ids.Length);
        Assert.Equal(_tokenizer.FindToken("[SEP]"), input.Ids[^1]);
    }

    [Fact]
    public async Task Strings_of_special_tokens_in_a_text_are_ordinary_characters()
    {
        const string Text = "停电 [SEP] 停水";
        var plain = _tokenizer.Encode(Text, SpecialTokens.Plain, addSpecialTokens: true).Ids;
        Assert.Equal(2, _tokenizer.Encode(Text, SpecialTokens.Recognize, addSpecialTokens: true).Ids.Count(id => id == _tokenizer.FindToken("[SEP]")));

        Assert.Equal(_model.Run([plain])[0]!, (await EmbedAsync(Text))[0].Value!.Values);
    }

    [Fact]
    public async Task It_is_shared_between_threads()
    {
        string[] texts = ["停电", "小区停水", "a b c", "水管漏，请派人维修。"];
        var expected = (await EmbedAsync(texts)).ConvertAll(outcome => outcome.Value!.Values);

        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => EmbedAsync(texts), TestContext.Current.CancellationToken)));

        Assert.All(runs, run => Assert.Equal(expected, run.Select(outcome => outcome.Value!.Values)));
    }

    [Fact]
    public async Task A_cancellation_ends_the_stream()
    {
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _embedder.EmbedAsync(["停电", "小区停水"], cancellation.Token))
            {
                await cancellation.CancelAsync();
            }
        });
    }

    private async Task<List<TextOutcome<Embedding>>> EmbedAsync(params string[] texts)
    {
        var outcomes = new List<TextOutcome<Embedding>>();
        await foreach (var outcome in _embedder.EmbedAsync(texts, TestContext.Current.CancellationToken))
        {
            outcomes.Add(outcome);
        }

        Assert.Equal(Enumerable.Range(0, texts.Length), outcomes.Select(outcome => outcome.Index).Order());
        return [.. outcomes.OrderBy(outcome => outcome.Index)];
    }
}
