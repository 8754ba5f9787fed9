using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Search;

namespace Pipeline.Scoring.Search;

/// <summary>Tells what a query and texts are about.</summary>
public interface ITopicAssigner
{
    /// <summary>Whether it looks at the texts' vectors.</summary>
    bool NeedsVectors { get; }

    /// <summary>The topic of the query and of each text in their order; null where it is in doubt, or none is configured.</summary>
    /// <param name="embedderId">The embedder of the vectors.</param>
    /// <param name="query">The query.</param>
    /// <param name="vector">Its vector.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ApiException">No worker answers, or it refuses.</exception>
    Task<AssignedTopics> AssignAsync(
        int embedderId, string query, float[] vector, IReadOnlyList<SearchCandidate> texts, CancellationToken cancellationToken);
}
