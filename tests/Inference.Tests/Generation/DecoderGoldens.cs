using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>What an independent float64 reference says about a model; see tests/Testing/models/README.md.</summary>
internal sealed record DecoderGoldens(int MaxNewTokens, int[] EosTokenIds, IReadOnlyList<DecoderGoldens.Case> Cases)
{
    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static DecoderGoldens Read(string model) => JsonSerializer.Deserialize<DecoderGoldens>(
        File.ReadAllBytes(Path.Combine(ModelFixtures.Path(model), "goldens.json")), _options)!;

    internal sealed record Case(
        string Name,
        string Text,
        int[] InputIds,
        [property: System.Text.Json.Serialization.JsonPropertyName("logits_first32")] double[] LogitsFirst32,
        double Logsumexp,
        int Argmax,
        int[] GreedyIds,
        bool GreedyEndedByEos,
        string GreedyText,
        [property: System.Text.Json.Serialization.JsonPropertyName("greedy_rp2_ids")] int[]? GreedyPenaltyIds,
        [property: System.Text.Json.Serialization.JsonPropertyName("beam4_ids")] int[]? BeamIds,
        [property: System.Text.Json.Serialization.JsonPropertyName("beam4_score")] double? BeamScore,
        [property: System.Text.Json.Serialization.JsonPropertyName("beam4_rp2_ids")] int[]? BeamPenaltyIds,
        [property: System.Text.Json.Serialization.JsonPropertyName("beam4_rp2_score")] double? BeamPenaltyScore);
}
