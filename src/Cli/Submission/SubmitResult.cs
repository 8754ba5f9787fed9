using System.Text.Json.Serialization;

namespace Pipeline.Cli.Submission;

/// <summary>What became of a submission.</summary>
internal sealed record SubmitResult(
    [property: JsonPropertyName("batch")] long Batch,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("resubmitted")] bool Resubmitted,
    [property: JsonPropertyName("accepted")] long Accepted,
    [property: JsonPropertyName("rejected")] long Rejected,
    [property: JsonPropertyName("duplicates")] long Duplicates,
    [property: JsonPropertyName("replaced_characters")] long ReplacedCharacters,
    [property: JsonPropertyName("rejects_file")] string? RejectsFile,
    [property: JsonPropertyName("seconds")] double Seconds)
{
    /// <summary>Columns of the input that nothing was taken from.</summary>
    [JsonPropertyName("unused_fields")]
    public IReadOnlyList<string> UnusedFields { get; init; } = [];

    /// <summary>How many lines this load refused, by code.</summary>
    [JsonPropertyName("rejected_by_code")]
    public IReadOnlyDictionary<string, long> RefusedByCode { get; init; } = new Dictionary<string, long>();
}
