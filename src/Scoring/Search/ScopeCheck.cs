using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Search;

namespace Pipeline.Scoring.Search;

/// <summary>Refuses filters that no document can meet: a misspelt category would look like a search that found nothing.</summary>
public sealed class ScopeCheck(DocumentGroups groups)
{
    private const int Shown = 20;

    /// <summary>Checks them. The names that a remedy lists are of the same tenant.</summary>
    /// <exception cref="ApiException">The period is empty, or the tenant has no such source or category.</exception>
    public async Task CheckAsync(SearchScope scope, CancellationToken cancellationToken)
    {
        if (scope.From >= scope.To)
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "bad-period", "'from' is not before 'to', so no document can be in between.", "Send a 'from' that is earlier than 'to'.");
        }

        await CheckAsync(scope, DocumentGroup.Source, scope.Source, "unknown-source", "source", "Sources", cancellationToken);
        await CheckAsync(scope, DocumentGroup.Category, scope.Category, "unknown-category", "category", "Categories", cancellationToken);
    }

    private async Task CheckAsync(
        SearchScope scope, DocumentGroup group, string? value, string code, string one, string many, CancellationToken cancellationToken)
    {
        if (value is null || await groups.HasAsync(scope.Tenant, group, value, cancellationToken))
        {
            return;
        }

        var known = await groups.ListAsync(scope.Tenant, group, Shown + 1, cancellationToken);
        throw new ApiException(
            StatusCodes.Status400BadRequest, code, $"No document has this {one}.",
            known.Count == 0
                ? $"No document of this tenant has a {one}: './pipeline submit --category-column C' takes it from a column."
                : $"{many} are: {string.Join(", ", known.Take(Shown))}{(known.Count > Shown ? ", and more" : "")}.");
    }
}
