using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace Pipeline.Scoring.Http;

/// <summary>A search as query parameters or as a JSON object.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class SearchParameters
{
    [FromQuery(Name = "query"), Description("The question, or words for it.")]
    public string? Query { get; set; }

    [FromQuery(Name = "batch"), Description("Only this batch: id or name.")]
    public string? Batch { get; set; }

    [FromQuery(Name = "source"), Description("Only documents of this source.")]
    public string? Source { get; set; }

    [FromQuery(Name = "category"), Description("Only documents of this category.")]
    public string? Category { get; set; }

    [FromQuery(Name = "from"), Description("Only documents accepted at or after this time.")]
    public DateTimeOffset? From { get; set; }

    [FromQuery(Name = "to"), Description("Only documents accepted before this time.")]
    public DateTimeOffset? To { get; set; }

    [FromQuery(Name = "embedder"), Description("Name of an embedder; by default that of the batch, or of the newest batch.")]
    public string? Embedder { get; set; }

    [FromQuery(Name = "recipe"), Description("Search: show summaries of this recipe. Answer: make the answer with it.")]
    public string? Recipe { get; set; }

    [FromQuery(Name = "limit"), Description("Most results: 1 to 100 of a search (10), 1 to 10 of an answer (5).")]
    public int? Limit { get; set; }

    [FromQuery(Name = "min_similarity"), Description("Least similarity, -1 to 1; by default it follows the length of the query.")]
    public double? MinSimilarity { get; set; }

    [FromQuery(Name = "topics"), Description("false keeps results of another topic than the query's.")]
    public bool? Topics { get; set; }
}
