using Pipeline.Inference.Generation;
using Pipeline.Inference.Tests.Models;
using Pipeline.Inference.Tokenization;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>The imported models against the reference: every case alone, and all of them in one batch.</summary>
public sealed class DecoderGoldenTests(DecoderFixture models) : IClassFixture<DecoderFixture>
{
    private const double Tolerance = 1e-4;

    // Wide enough for all cases of a model with four beams each.
    private static readonly TextGeneratorOptions _oneBatch = new() { MaxBatchRows = 64 };

    public static TheoryData<string> Models => ["bloom-a", "bloom-b", "qwen2-tied", "qwen2-untied"];

    public static TheoryData<string> BloomModels => ["bloom-a", "bloom-b"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_are_those_of_the_reference_and_the_same_bits_alone_and_in_a_batch(string name)
    {
        var cases = DecoderGoldens.Read(name).Cases;
        using var decoder = models.Decoder(name);
        using var together = decoder.Start([.. cases.Select(c => c.InputIds)], 1);
        for (var i = 0; i < cases.Count; i++)
        {
            using var alone = decoder.Start([cases[i].InputIds], 1);
            var logits = alone.Logits(0);
            for (var id = 0; id < cases[i].LogitsFirst32.Length; id++)
            {
                Assert.Equal(cases[i].LogitsFirst32[id], logits[id], Tolerance);
            }

            Assert.Equal(cases[i].Logsumexp, LogSumExp.Of(logits), Tolerance);
            Assert.Equal(cases[i].Argmax, TopTokens.Best(logits));
            Assert.Equal(logits, together.Logits(i));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_text_gives_the_reference_ids(string name)
    {
        var tokenizer = models.Open(name).LoadTokenizer();
        Assert.All(DecoderGoldens.Read(name).Cases, c =>
            Assert.Equal(c.InputIds, tokenizer.Encode(c.Text, SpecialTokens.Recognize, addSpecialTokens: true).Ids));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Greedy_decoding_follows_the_reference_token_for_token(string name)
    {
        var goldens = DecoderGoldens.Read(name);
        var texts = await CheckAsync(name, goldens.Cases, new() { MaxNewTokens = goldens.MaxNewTokens }, c => c.GreedyIds);
        foreach (var (c, text) in goldens.Cases.Zip(texts))
        {
            Assert.Equal(c.GreedyText, text.Text);
            Assert.Equal(c.GreedyEndedByEos ? FinishReason.EndOfSequence : FinishReason.Length, text.FinishReason);
        }
    }

    [Theory]
    [MemberData(nameof(BloomModels))]
    public async Task Greedy_decoding_with_repetition_penalty_follows_the_reference(string name)
    {
        var goldens = DecoderGoldens.Read(name);
        await CheckAsync(name, goldens.Cases, new() { MaxNewTokens = goldens.MaxNewTokens, RepetitionPenalty = 2 }, c => c.GreedyPenaltyIds!);
    }

    [Theory]
    [MemberData(nameof(BloomModels))]
    public async Task Beam_search_finds_the_reference_text_and_score(string name)
    {
        var goldens = DecoderGoldens.Read(name);
        DecoderGoldens.Case[] cases = [.. goldens.Cases.Where(c => c.BeamIds is not null)];
        Assert.True(cases.Length >= 4);
        var texts = await CheckAsync(name, cases, new() { MaxNewTokens = goldens.MaxNewTokens, Beams = 4 }, c => c.BeamIds!);
        Assert.All(cases.Zip(texts), pair =>
        {
            Assert.Equal(pair.First.BeamScore!.Value, pair.Second.Score!.Value, Tolerance);
            Assert.Equal(pair.First.BeamScore!.Value, pair.Second.LogProbability / pair.Second.Ids.Count, Tolerance);
        });

        texts = await CheckAsync(
            name, cases, new() { MaxNewTokens = goldens.MaxNewTokens, Beams = 4, RepetitionPenalty = 2 }, c => c.BeamPenaltyIds!);
        Assert.All(cases.Zip(texts), pair => Assert.Equal(pair.First.BeamPenaltyScore!.Value, pair.Second.Score!.Value, Tolerance));
    }

    [Theory]
    [MemberData(nameof(BloomModels))]
    public void Both_files_of_weights_give_the_same_model(string name)
    {
        using var temporary = new TemporaryStore();
        var folder = Directory.CreateDirectory(temporary.Source(name));
        foreach (var file in Directory.EnumerateFiles(ModelFixtures.Path(name)).Where(file => !file.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        }

        var safetensors = models.Open(name).Manifest;
        var torch = temporary.Import(new() { Folder = folder.FullName, Name = safetensors.Name });
        Assert.Contains("model.safetensors", safetensors.Source.Files.Keys);
        Assert.Contains("pytorch_model.bin", torch.Source.Files.Keys);
        Assert.Equal(safetensors.Files, torch.Files);
    }

    private async Task<GeneratedText[]> CheckAsync(
        string name, IReadOnlyList<DecoderGoldens.Case> cases, GenerationOptions options, Func<DecoderGoldens.Case, int[]> expected)
    {
        using var generator = models.Generator(name, _oneBatch);
        var together = await DecoderFixture.RunAsync(generator, [.. cases.Select(c => c.InputIds)], options);
        for (var i = 0; i < cases.Count; i++)
        {
            Assert.Equal(expected(cases[i]), together[i].Ids);
            var alone = (await DecoderFixture.RunAsync(generator, [cases[i].InputIds], options))[0];
            Assert.Equal(expected(cases[i]), alone.Ids);
            Assert.Equal(alone.LogProbability, together[i].LogProbability);
        }

        return together;
    }
}
