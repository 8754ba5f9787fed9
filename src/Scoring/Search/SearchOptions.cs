using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pipeline.Scoring.Search;

/// <summary>How documents are searched. Section <c>Pipeline:Search</c>.</summary>
public sealed class SearchOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Pipeline:Search";

    /// <summary>Least similarity, with an embedder that has no numbers of its own.</summary>
    [ValidateObjectMembers]
    public ThresholdOptions Threshold { get; set; } = new();

    /// <summary>Least similarity with an embedder of its own. Dense embedders have other numbers than <c>hashing</c>.</summary>
    [ValidateEnumeratedItems]
    public List<EmbedderThresholdOptions> Embedders { get; set; } = [];

    /// <summary>Topics. With two or more, results of another topic than the query's are taken out.</summary>
    [ValidateEnumeratedItems]
    public List<TopicOptions> Topics { get; set; } = [];

    /// <summary>By how much a topic must be nearer than the next one before it is believed, for the query and for a result.</summary>
    /// <value>The default is 0.02.</value>
    [Range(0.0, 1.0)]
    public double TopicMargin { get; set; } = 0.02;

    /// <summary>Imported classifier whose classes are the topics, instead of <see cref="Topics"/>; null for none.</summary>
    public string? Classifier { get; set; }

    /// <summary>Least probability at which a class is believed, for the query and for a result.</summary>
    /// <value>The default is 0.5.</value>
    [Range(0.0, 1.0)]
    public double ClassifierProbability { get; set; } = 0.5;

    /// <summary>Nearest texts that the filter looks at.</summary>
    /// <value>The default is 100. At least the largest limit of a request, 100.</value>
    [Range(100, 1000)]
    public int Candidates { get; set; } = 100;

    /// <summary>pgvector's <c>hnsw.ef_search</c>.</summary>
    /// <value>The default is 100; bench/search.sh measures what it costs and finds.</value>
    [Range(10, 1000)]
    public int EfSearch { get; set; } = 100;

    /// <summary>Up to this many documents, all are compared instead of following the index.</summary>
    /// <value>The default is 2,000.</value>
    [Range(0, 1_000_000)]
    public int ExactLimit { get; set; } = 2000;
}
