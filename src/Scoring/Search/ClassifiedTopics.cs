using Microsoft.Extensions.Options;
using Pipeline.Scoring.Requests;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Search;

namespace Pipeline.Scoring.Search;

/// <summary>Assigns the classes of an imported classifier. A text is classified when a search first meets it, and remembered.</summary>
public sealed class ClassifiedTopics(ModelLane lane, TopicStore store, IOptions<SearchOptions> options) : ITopicAssigner
{
    // A large model on a processor takes some seconds for them; each request has the time limit to itself.
    private const int TextsOfARequest = 16;

    /// <inheritdoc />
    public bool NeedsVectors => false;

    /// <inheritdoc />
    public async Task<AssignedTopics> AssignAsync(
        int embedderId, string query, float[] vector, IReadOnlyList<SearchCandidate> texts, CancellationToken cancellationToken)
    {
        var model = options.Value.Classifier ?? throw new InvalidOperationException("No classifier is configured.");
        var asked = await lane.ClassifyAsync(model, [query], cancellationToken);
        var classifier = await store.ClassifierAsync(model, asked.ModelSha256, cancellationToken);
        var known = (await store.FindAsync(classifier, [.. texts.Select(text => text.TextId)], cancellationToken)).ToDictionary(topic => topic.TextId);
        foreach (var ids in texts.Select(text => text.TextId).Where(id => !known.ContainsKey(id)).Chunk(TextsOfARequest).ToList())
        {
            foreach (var topic in await ClassifyAsync(model, asked.ModelSha256, classifier, ids, cancellationToken))
            {
                known[topic.TextId] = topic;
            }
        }

        return new(
            Believed(asked.Texts[0].Label, asked.Texts[0].Probability),
            [.. texts.Select(text => known.TryGetValue(text.TextId, out var topic) ? Believed(topic.Topic, topic.Probability) : null)]);
    }

    private async Task<IReadOnlyList<TextTopic>> ClassifyAsync(
        string model, string sha256, int classifier, long[] ids, CancellationToken cancellationToken)
    {
        var texts = await store.TextsAsync(ids, lane.Options.MaxTextCharacters, cancellationToken);
        var answer = await lane.ClassifyAsync(model, [.. texts.Select(text => text.Text)], cancellationToken);
        if (answer.ModelSha256 != sha256)
        {
            throw new ApiException(
                StatusCodes.Status503ServiceUnavailable, "classifiers-differ", $"Workers have different models under the name '{model}'.",
                "Import the same one for all of them, and start them again.");
        }

        List<TextTopic> topics = [.. texts.Zip(answer.Texts)
            .Where(pair => pair.Second.Label is not null)
            .Select(pair => new TextTopic(pair.First.TextId, pair.Second.Label ?? "", pair.Second.Probability))];
        await store.AddAsync(classifier, topics, cancellationToken);
        return topics;
    }

    private string? Believed(string? topic, double probability) => probability >= options.Value.ClassifierProbability ? topic : null;
}
