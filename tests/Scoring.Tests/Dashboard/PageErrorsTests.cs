using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Npgsql;
using Pipeline.Testing;

namespace Pipeline.Scoring.Tests.Dashboard;

public sealed class PageErrorsTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private const string Password = "geheim-密码";

    [Fact]
    public async Task A_browser_gets_a_page_in_its_language_and_a_program_a_problem_document()
    {
        var straight = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        HangfireStorage.Migrate(database.ConnectionString);
        await using var relay = new Relay(straight.Host!, straight.Port);
        await using var scoring = await ScoringProcess.StartAsync(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = "127.0.0.1", Port = relay.Port }.ConnectionString, Password);
        var reader = await new Storage.Access.ApiKeys(database.DataSource).CreateAsync("looks", "default", "reader", TestContext.Current.CancellationToken);

        await PageAsync(scoring, "/nowhere", HttpStatusCode.NotFound, "There is nothing here", "页面不存在");
        await PageAsync(scoring, "/documents/1/1", HttpStatusCode.NotFound, "No such document", "没有该文档");
        await PageAsync(scoring, "/hangfire", HttpStatusCode.Forbidden, "Not open to you", "无权访问", reader);
        await PageAsync(scoring, "/schedules/new", HttpStatusCode.Forbidden, "Not open to you", "无权访问", reader);
        Assert.Equal("application/problem+json", await TypeAsync(scoring, "/api/nowhere"));

        // A fault that nobody expects, and one that passes.
        await database.DataSource.ExecuteAsync("alter table pipeline.alerts rename to elsewhere");
        await PageAsync(scoring, "/alerts", HttpStatusCode.InternalServerError, "Something went wrong", "出错了");
        await relay.CutAsync();
        await PageAsync(scoring, "/documents", HttpStatusCode.ServiceUnavailable, "The database does not answer", "数据库没有响应");
    }

    private static async Task PageAsync(
        ServiceProcess scoring, string path, HttpStatusCode status, string english, string chinese, string secret = Password)
    {
        foreach (var (language, title) in ((string, string)[])[("en", english), ("zh-CN", chinese)])
        {
            using var response = await AskAsync(scoring, path, "text/html", language, secret);
            var body = WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

            Assert.True(response.StatusCode == status, $"{path}: {response.StatusCode}\n{body}\n{scoring.Log}");
            Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
            Assert.Contains(title, body, StringComparison.Ordinal);
            Assert.Contains($"lang=\"{language}\"", body, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", string.Join(' ', response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
            Assert.DoesNotContain("elsewhere", body, StringComparison.Ordinal);
        }
    }

    private static async Task<string?> TypeAsync(ServiceProcess scoring, string path)
    {
        using var response = await AskAsync(scoring, path, "text/html", "en", Password);
        return response.Content.Headers.ContentType?.MediaType;
    }

    private static async Task<HttpResponseMessage> AskAsync(ServiceProcess scoring, string path, string accept, string language, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"operator:{secret}")));
        request.Headers.Accept.ParseAdd(accept);
        request.Headers.AcceptLanguage.ParseAdd(language);
        return await scoring.SendAsync(request);
    }
}
