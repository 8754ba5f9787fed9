namespace Pipeline.Storage.Access;

/// <summary>An API key without its secret.</summary>
/// <param name="Id">Number of the key.</param>
/// <param name="Name">Unique among the keys of a tenant that are not revoked.</param>
/// <param name="Tenant">The tenant that the key opens.</param>
/// <param name="Role"><c>reader</c>, <c>writer</c> or <c>admin</c>.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="LastUsedAt">When it was last used, exact to a minute; null when never.</param>
/// <param name="RevokedAt">When it was revoked; null while it is good.</param>
public sealed record ApiKeyRow(
    long Id, string Name, string Tenant, string Role, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);
