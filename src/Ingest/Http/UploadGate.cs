using Microsoft.Extensions.Options;
using Pipeline.ServiceDefaults.Http;

namespace Pipeline.Ingest.Http;

/// <summary>Lets a limited number of bodies in: each has a copy on disk and a writer to the database.</summary>
internal sealed class UploadGate(IOptions<ApiOptions> options) : IDisposable
{
    private const int RetryAfterSeconds = 5;

    private readonly SemaphoreSlim _places = new(options.Value.MaxUploads);

    /// <summary>Takes a place until the result is disposed of.</summary>
    /// <exception cref="ApiException">None is free.</exception>
    public IDisposable Enter() => _places.Wait(0)
        ? new Place(_places)
        : throw new ApiException(
            StatusCodes.Status503ServiceUnavailable, "too-many-uploads", $"{options.Value.MaxUploads} bodies are being taken at this moment.",
            "Send it again a few seconds later, or raise Pipeline:Api:MaxUploads.")
        {
            RetryAfterSeconds = RetryAfterSeconds,
        };

    public void Dispose() => _places.Dispose();

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
