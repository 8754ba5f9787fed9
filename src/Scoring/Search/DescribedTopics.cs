using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Pipeline.Scoring.Requests;
using Pipeline.Storage.Search;
using Pipeline.TextMetrics.Similarity;

namespace Pipeline.Scoring.Search;

/// <summary>Assigns the configured topics, zero-shot: by the vectors of the topics' descriptions. These are asked for once per embedder.</summary>
public sealed class DescribedTopics(ModelLane lane, IOptions<SearchOptions> options) : ITopicAssigner
{
    private readonly ConcurrentDictionary<int, IReadOnlyList<TopicVector>> _known = [];

    /// <inheritdoc />
    public bool NeedsVectors => options.Value.Topics.Count >= 2;

    /// <inheritdoc />
    public async Task<AssignedTopics> AssignAsync(
        int embedderId, string query, float[] vector, IReadOnlyList<SearchCandidate> texts, CancellationToken cancellationToken)
    {
        if (!NeedsVectors)
        {
            return AssignedTopics.None(texts.Count);
        }

        var topics = await GetAsync(embedderId, cancellationToken);
        return new(Of(vector, topics), [.. texts.Select(text => Of(text.Vector, topics))]);
    }

    private async Task<IReadOnlyList<TopicVector>> GetAsync(int embedderId, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(embedderId, out var known))
        {
            return known;
        }

        var topics = options.Value.Topics;
        var vectors = await lane.EmbedAsync(embedderId, [.. topics.Select(topic => topic.Description)], cancellationToken);
        // A description without words stands for no topic.
        return _known[embedderId] = [.. topics.Zip(vectors).Where(pair => pair.Second.Values is not null)
            .Select(pair => new TopicVector(pair.First.Name, [.. pair.Second.Values ?? []]))];
    }

    /// <summary>The nearest topic, when it is nearer than every other by the margin.</summary>
    private string? Of(float[] vector, IReadOnlyList<TopicVector> topics)
    {
        var nearest = topics.Select(topic => (topic.Name, Similarity: Cosine.Similarity(vector, topic.Vector) ?? -1))
            .OrderByDescending(topic => topic.Similarity).Take(2).ToList();
        return nearest.Count == 2 && nearest[0].Similarity - nearest[1].Similarity >= options.Value.TopicMargin ? nearest[0].Name : null;
    }
}
