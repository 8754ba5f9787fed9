namespace Pipeline.Storage.Search;

/// <summary>Which documents a search looks at.</summary>
/// <param name="Tenant">Only this tenant's.</param>
/// <param name="BatchId">Only this batch's; null for the latest version of every document.</param>
/// <param name="Source">Only of this source.</param>
/// <param name="From">Only accepted at or after this time.</param>
/// <param name="To">Only accepted before this time.</param>
/// <param name="Category">Only filed under this.</param>
public sealed record SearchScope(
    string Tenant, long? BatchId = null, string? Source = null, DateTimeOffset? From = null, DateTimeOffset? To = null, string? Category = null);
