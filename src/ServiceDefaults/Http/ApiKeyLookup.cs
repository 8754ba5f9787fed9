namespace Pipeline.ServiceDefaults.Http;

/// <summary>Finds who holds the key with this SHA-256 (32 bytes); null when there is no such key, or it was revoked.</summary>
public delegate Task<ApiCaller?> ApiKeyLookup(IServiceProvider services, byte[] sha256, CancellationToken cancellationToken);
