using System.ComponentModel.DataAnnotations;

namespace Pipeline.Scoring.Requests;

/// <summary>How requests are made of workers. Section <c>Pipeline:Requests</c>.</summary>
public sealed class RequestOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Pipeline:Requests";

    /// <summary>How long an answer is waited for.</summary>
    /// <value>The default is 30 seconds. A summary by a large model on a processor can take that long.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests under way at the same time; further ones are refused.</summary>
    /// <value>The default is 16.</value>
    [Range(1, 1000)]
    public int MaxConcurrent { get; set; } = 16;

    /// <summary>Longest query, in characters (UTF-16).</summary>
    /// <value>The default is 1,000.</value>
    [Range(1, 100_000)]
    public int MaxQueryCharacters { get; set; } = 1000;

    /// <summary>Longest text, in characters (UTF-16).</summary>
    /// <value>The default is 20,000.</value>
    [Range(1, 1_000_000)]
    public int MaxTextCharacters { get; set; } = 20_000;

    /// <summary>Most candidates of one similarity request.</summary>
    /// <value>The default is 64.</value>
    [Range(1, 1000)]
    public int MaxCandidates { get; set; } = 64;

    /// <summary>Recipe of requests that name none.</summary>
    /// <value>The default is <c>extractive</c>.</value>
    [Required]
    public string Recipe { get; set; } = "extractive";

    /// <summary>Embedder of requests that name none and belong to no batch.</summary>
    /// <value>The default is <c>hashing</c>.</value>
    [Required]
    public string Embedder { get; set; } = "hashing";
}
