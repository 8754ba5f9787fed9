using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.Tests.OpenAi;

public sealed class OpenAiEngineTests(OpenAiServerFixture server) : IClassFixture<OpenAiServerFixture>, IDisposable
{
    private readonly List<OpenAiEngine> _engines = [];

    [Fact]
    public async Task A_request_says_what_the_recipe_says_and_its_answer_is_a_summary()
    {
        var summarizer = Summarizer(parameters: """
            "temperature": 0.3, "seed": 7, "top_p": 0.9, "max_new_tokens": 50, "stop": ["\n\n"], "extra_body": {"chat_template_kwargs": {"enable_thinking": false}}
            """);
        await server.SeenAsync();
        var outcome = Assert.Single(await Outcomes.Of(summarizer, "文汇桥井盖松动。请速修"));

        Assert.Equal(("文汇桥井盖松动", "generated"), (outcome.Value?.Text, outcome.Value?.FinishReason));
        var (requests, _, last) = await server.SeenAsync();
        Assert.Equal(1, requests);
        Assert.Equal("test-model", (string?)last!["model"]);
        Assert.Equal(["system", "user"], last["messages"]!.AsArray().Select(message => (string?)message!["role"]));
        Assert.EndsWith("只输出摘要:\n文汇桥井盖松动。请速修", (string?)last["messages"]![1]!["content"], StringComparison.Ordinal);
        Assert.Equal((0.3, 7, 0.9, 50), ((double)last["temperature"]!, (int)last["seed"]!, (double)last["top_p"]!, (int)last["max_tokens"]!));
        Assert.Equal("\n\n", (string?)last["stop"]![0]);
        Assert.False((bool)last["chat_template_kwargs"]!["enable_thinking"]!);

        // Usage is the endpoint's, the source's length an estimate.
        Assert.Equal(new TokenUsage(11, 11, ((string)last["messages"]![1]!["content"]!).Length, 7), outcome.Value!.Tokens);
    }

    [Theory]
    [InlineData("[[once:429]][[retry-after:1]]")]
    [InlineData("[[once:500]]")]
    [InlineData("[[once:503]]")]
    [InlineData("[[once:408]]")]
    public async Task A_request_that_may_pass_is_repeated(string directive)
    {
        await server.SeenAsync();
        var started = TimeProvider.System.GetTimestamp();
        var outcome = Assert.Single(await Outcomes.Of(Summarizer(), "井盖松动。" + directive));
        Assert.Equal("井盖松动", outcome.Value?.Text);
        Assert.Equal(2, (await server.SeenAsync()).Requests);
        Assert.True(!directive.Contains("retry-after", StringComparison.Ordinal) || TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public async Task A_text_that_the_endpoint_refuses_is_settled_alone()
    {
        await server.SeenAsync();
        var outcomes = await Outcomes.Of(Summarizer(), "电梯停运。", "机密内容[[status:400]]", "门禁坏了。", "[[status:413]]", " ", "[[filter]]");
        Assert.Equal(["电梯停运", null, "门禁坏了", null, null, null], outcomes.Select(outcome => outcome.Value?.Text));
        Assert.Equal(
            [null, "endpoint-refused", null, "endpoint-refused", "empty-text", "content-filter"], outcomes.Select(outcome => outcome.Failure?.Code));
        Assert.Contains("400, asked_for", outcomes[1].Failure!.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("机密", outcomes[1].Failure!.Reason, StringComparison.Ordinal);
        Assert.Equal(5, (await server.SeenAsync()).Requests);
    }

    [Theory]
    [InlineData("[[status:500]]", "500, asked_for, 3 times", 3)]
    [InlineData("[[garbage]]", "not JSON", 1)]
    [InlineData("[[short]]", "broke off", 3)]
    [InlineData("[[hang]]", "no answer within 0.5 s, 3 times", 3)]
    public async Task A_text_on_which_the_endpoint_stumbles_may_be_tried_again_later(string text, string reason, int requests)
    {
        await server.SeenAsync();
        var outcomes = await Outcomes.Of(Summarizer(timeout: TimeSpan.FromSeconds(0.5)), text, "门禁坏了。");
        Assert.Equal(TextFailure.EngineError, outcomes[0].Failure?.Code);
        Assert.Contains(reason, outcomes[0].Failure!.Reason, StringComparison.Ordinal);
        Assert.Equal("门禁坏了", outcomes[1].Value?.Text);
        Assert.Equal(requests + 1, (await server.SeenAsync()).Requests);
    }

    [Fact]
    public async Task A_model_that_the_endpoint_does_not_know_is_the_recipes_fault()
    {
        var outcome = Assert.Single(await Outcomes.Of(Summarizer(model: "other"), "井盖松动"));
        Assert.Equal(TextFailure.RecipeNotRunnable, outcome.Failure?.Code);
        Assert.Contains("'model'", outcome.Failure!.Reason, StringComparison.Ordinal);
        outcome = Assert.Single(await Outcomes.Of(Summarizer(baseUrl: server.BaseUrl + "/other"), "井盖松动"));
        Assert.Equal(TextFailure.RecipeNotRunnable, outcome.Failure?.Code);
        Assert.Contains("'base_url'", outcome.Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_refused_or_missing_is_a_settings_fault()
    {
        var refused = await Assert.ThrowsAsync<EngineException>(() => Outcomes.Of(Summarizer(key: "wrong-key"), "井盖松动", "电梯停运"));
        Assert.True(refused.IsMisconfigured);
        Assert.Contains("PIPELINE__CREDENTIALS__TESTS", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-key", refused.ToString(), StringComparison.Ordinal);
        var missing = Assert.Throws<EngineException>(() => Summarizer(key: null));
        Assert.True(missing.IsMisconfigured);
        Assert.Contains("Pipeline:Credentials:tests", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_takes_no_requests_is_an_outage()
    {
        var busy = await Assert.ThrowsAsync<EngineException>(() => Outcomes.Of(Summarizer(), "[[status:503]]"));
        Assert.False(busy.IsMisconfigured);
        Assert.Equal(TimeSpan.FromSeconds(5), busy.Pause);

        await server.SeenAsync();
        var limited = await Assert.ThrowsAsync<EngineException>(() => Outcomes.Of(Summarizer(), "[[status:429]][[retry-after:3600]]"));
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)), (limited.RetryAfter, limited.Pause));
        Assert.Equal(1, (await server.SeenAsync()).Requests);

        var closed = await Assert.ThrowsAsync<EngineException>(() => Outcomes.Of(Summarizer(baseUrl: $"http://127.0.0.1:{ClosedPort()}/v1"), "井盖松动"));
        Assert.False(closed.IsMisconfigured);
        Assert.Contains("can't be reached", closed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_many_requests_run_at_once_and_no_more()
    {
        await server.SeenAsync();
        var outcomes = await Outcomes.Of(Summarizer(concurrency: 3), [.. Enumerable.Range(1, 12).Select(i => $"井盖{i}。[[slow:100]]")]);
        Assert.Equal(Enumerable.Range(1, 12).Select(i => $"井盖{i}"), outcomes.Select(outcome => outcome.Value?.Text));
        Assert.Equal(3, (await server.SeenAsync()).MostAtOnce);
    }

    [Fact]
    public async Task Vectors_are_normalised_and_their_length_is_checked()
    {
        var outcomes = await Outcomes.Of(Embedder(8), "电梯停运", " ", "[[status:400]]");
        Assert.Equal(1, outcomes[0].Value!.Values.Sum(value => value * value), 1e-6);
        Assert.Equal([null, "empty-text", "endpoint-refused"], outcomes.Select(outcome => outcome.Failure?.Code));
        var wrong = Assert.Single(await Outcomes.Of(Embedder(9), "电梯停运"));
        Assert.Equal(TextFailure.RecipeNotRunnable, wrong.Failure?.Code);
        Assert.Contains("8 dimensions", wrong.Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_goes_away_waits_for_nothing()
    {
        using var gone = new CancellationTokenSource();
        var stream = Summarizer(timeout: TimeSpan.FromMinutes(5)).SummarizeAsync(["电梯停运。", "[[hang]]"], gone.Token);
        var texts = new List<string?>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var outcome in stream)
            {
                texts.Add(outcome.Value?.Text);
                await gone.CancelAsync();
            }
        });
        Assert.Equal(["电梯停运"], texts);
    }

    public void Dispose() => _engines.ForEach(engine => engine.Dispose());

    private ISummarizer Summarizer(
        string? model = null, string? baseUrl = null, string? key = OpenAiServerFixture.Key, TimeSpan? timeout = null, int concurrency = 8, string? parameters = null)
    {
        var engine = Engine(key, timeout, concurrency);
        return engine.CreateSummarizer(engine.Define(RecipeFile.Parse($$"""
            {"name": "endpoint", "engine": "openai", "base_url": "{{baseUrl ?? server.BaseUrl}}", "model": "{{model ?? "test-model"}}", "credential": "tests",
             {{parameters ?? "\"numbers\": \"off\""}}}
            """)));
    }

    private IEmbedder Embedder(int dimensions)
    {
        var engine = Engine(OpenAiServerFixture.Key, null, 8);
        return engine.CreateEmbedder(engine.Define(RecipeFile.Parse($$"""
            {"name": "endpoint", "stage": "embed", "engine": "openai", "base_url": "{{server.BaseUrl}}", "model": "test-model", "credential": "tests",
             "dimensions": {{dimensions}}}
            """)));
    }

    private OpenAiEngine Engine(string? key, TimeSpan? timeout, int concurrency)
    {
        var options = new EngineOptions
        {
            OpenAi = new()
            {
                Concurrency = concurrency, Timeout = timeout ?? TimeSpan.FromSeconds(30), RetryDelay = TimeSpan.FromMilliseconds(10), MaxWait = TimeSpan.FromSeconds(5),
            },
        };
        if (key is not null)
        {
            options.Credentials["Tests"] = key;
        }

        _engines.Add(new(options, TimeProvider.System, NullLogger<OpenAiEngine>.Instance));
        return _engines[^1];
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
