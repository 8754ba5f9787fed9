using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Pipeline.Scoring.Requests;
using Pipeline.TextMetrics.Similarity;

namespace Pipeline.Scoring.Search;

/// <summary>Assigns vectors to the configured topics, zero-shot: by the vectors of the topics' descriptions. These are asked for once per embedder.</summary>
public sealed class Topics(ModelLane lane, IOptions<SearchOptions> options)
{
    private readonly ConcurrentDictionary<int, IReadOnlyList<TopicVector>> _known = [];

    /// <summary>The topics under an embedder; empty when fewer than two are configured.</summary>
    public async Task<IReadOnlyList<TopicVector>> GetAsync(int embedderId, CancellationToken cancellationToken)
    {
        var topics = options.Value.Topics;
        if (topics.Count < 2)
        {
            return [];
        }

        if (_known.TryGetValue(embedderId, out var known))
        {
            return known;
        }

        var vectors = await lane.EmbedAsync(embedderId, [.. topics.Select(topic => topic.Description)], cancellationToken);
        // A description without words stands for no topic.
        return _known[embedderId] = [.. topics.Zip(vectors).Where(pair => pair.Second.Values is not null)
            .Select(pair => new TopicVector(pair.First.Name, [.. pair.Second.Values ?? []]))];
    }

    /// <summary>The nearest topic, when it is nearer than every other by the margin.</summary>
    public string? Of(float[] vector, IReadOnlyList<TopicVector> topics)
    {
        var nearest = topics.Select(topic => (topic.Name, Similarity: Cosine.Similarity(vector, topic.Vector) ?? -1))
            .OrderByDescending(topic => topic.Similarity).Take(2).ToList();
        return nearest.Count == 2 && nearest[0].Similarity - nearest[1].Similarity >= options.Value.TopicMargin ? nearest[0].Name : null;
    }
}
