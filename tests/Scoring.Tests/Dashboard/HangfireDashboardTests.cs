using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Pipeline.Testing;

namespace Pipeline.Scoring.Tests.Dashboard;

public sealed class HangfireDashboardTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private const string Password = "geheim-密码";

    [Fact]
    public async Task Only_the_right_password_opens_the_dashboard_wherever_a_request_seems_to_come_from()
    {
        await using var scoring = await ScoringProcess.StartAsync(database, Password);
        Assert.Equal("127.0.0.1", scoring.Address!.Host);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(scoring, "/hangfire", "operator", Password));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(scoring, "/hangfire/recurring", "operator", Password));

        foreach (var path in (string[])["/hangfire", "/hangfire/", "/hangfire/jobs/succeeded", "/hangfire/css-dark18190", "/HANGFIRE/servers"])
        {
            // Each of these comes from loopback, as everything does behind a proxy on the same host.
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(scoring, path));
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(scoring, path, "operator", "wrong"));
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(scoring, path, "operator", ""));
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(scoring, path, "admin", Password));
            foreach (var header in (string[])["X-Forwarded-For", "X-Real-IP", "Forwarded"])
            {
                Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(scoring, path, header: (header, "127.0.0.1")));
                Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(scoring, path, header: (header, "203.0.113.7")));
            }
        }

        // Triggering a job is a write.
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(scoring, "/hangfire/recurring/trigger", method: HttpMethod.Post));
        Assert.DoesNotContain(Password, scoring.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_password_in_the_configuration_the_dashboard_is_closed_to_everybody()
    {
        await using var scoring = await ScoringProcess.StartAsync(database);

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(scoring, "/hangfire"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(scoring, "/hangfire", "operator", ""));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(scoring, "/hangfire", "", ""));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(scoring, "/hangfire", header: ("X-Forwarded-For", "127.0.0.1")));
        Assert.Contains("the Hangfire dashboard open to API keys only", scoring.Log, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> AskAsync(
        ServiceProcess scoring, string path, string? user = null, string password = "", (string Name, string Value)? header = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (user is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        }

        if (header is var (name, value))
        {
            request.Headers.Add(name, value);
        }

        using var response = await scoring.SendAsync(request);
        return response.StatusCode;
    }
}
