using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Pipeline.Storage.Access;

namespace Pipeline.Testing;

/// <summary>One holder of an API key, as a client over HTTP.</summary>
public sealed class ApiClient(ServiceProcess service, string? key) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = service.Address, Timeout = TimeSpan.FromSeconds(60) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Makes a key in the service's database.</summary>
    public static async Task<ApiClient> CreateAsync(ServiceProcess service, DatabaseFixture database, string role, string tenant = "default") =>
        new(service, await new ApiKeys(database.DataSource).CreateAsync(Guid.NewGuid().ToString(), tenant, role, Token));

    /// <summary>The key.</summary>
    public string? Key => key;

    public void Dispose() => _http.Dispose();

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    public Task<ApiAnswer> PostAsync(string path, string body = "", string type = "application/json", string? idempotencyKey = null) =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), type, idempotencyKey);

    public Task<ApiAnswer> PostAsync(string path, byte[] body, string type, string? idempotencyKey = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return SendAsync(HttpMethod.Post, path, content, idempotencyKey);
    }

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await _http.SendAsync(request, Token);
        return new ApiAnswer(
            (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(Token),
            response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase));
    }
}

/// <summary>What came back.</summary>
public sealed record ApiAnswer(int Status, string? Type, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>A value of the JSON object as text.</summary>
    public string? this[string name] => Json.GetProperty(name).ToString();

    /// <summary>Checks that this is a problem document with a remedy and without a stack trace.</summary>
    public ApiAnswer AssertProblem(int status, string code)
    {
        Assert.True(Status == status, $"{Status} instead of {status}: {Body}");
        Assert.Equal("application/problem+json", Type);
        Assert.Equal(code, this["code"]);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(this["detail"]!);
        Assert.NotEmpty(this["remedy"]!);
        Assert.DoesNotContain("   at ", Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Body, StringComparison.Ordinal);
        return this;
    }
}
