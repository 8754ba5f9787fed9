using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.OpenAiServer;

/// <summary>
/// One request. What its text can ask for: <c>[[status:500]]</c>, <c>[[once:429]]</c> (only the first time this text comes),
/// <c>[[retry-after:60]]</c>, <c>[[slow:100]]</c>, <c>[[hang]]</c>, <c>[[garbage]]</c> (no JSON), <c>[[short]]</c> (the body breaks off).
/// </summary>
internal sealed partial class Exchange(HttpContext context, RequestLog log)
{
    private const string Model = "test-model";

    public async Task AnswerAsync(Func<string, JsonNode> answer)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var text = Answers.TextOf(body!);
        var isNew = log.Begin(text, body!);
        try
        {
            await AnswerAsync(text, isNew, body!, answer);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone.
        }
        finally
        {
            log.End();
        }
    }

    private async Task AnswerAsync(string text, bool isNew, JsonNode body, Func<string, JsonNode> answer)
    {
        if (Environment.GetEnvironmentVariable("OPENAI_SERVER_KEY") is { Length: > 0 } key && context.Request.Headers.Authorization != $"Bearer {key}")
        {
            await RefuseAsync(401, "invalid_api_key", text);
        }
        else if ((string?)body["model"] != Model)
        {
            await RefuseAsync(404, "model_not_found", text);
        }
        else if (Number(text, "status") is { } status)
        {
            await RefuseAsync(status, "asked_for", text);
        }
        else if (isNew && Number(text, "once") is { } once)
        {
            await RefuseAsync(once, "asked_for_once", text);
        }
        else if (text.Contains("[[hang]]", StringComparison.Ordinal))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }
        else
        {
            await Task.Delay(Number(text, "slow") ?? 0, context.RequestAborted);
            await WriteAsync(text, answer(text).ToJsonString());
        }
    }

    private async Task WriteAsync(string text, string json)
    {
        context.Response.ContentType = "application/json";
        if (text.Contains("[[short]]", StringComparison.Ordinal))
        {
            context.Response.ContentLength = json.Length * 4;
            await context.Response.WriteAsync(json[..10]);
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await context.Response.WriteAsync(text.Contains("[[garbage]]", StringComparison.Ordinal) ? "<html>busy</html>" : json);
    }

    /// <summary>As real endpoints do, the message quotes the text.</summary>
    private async Task RefuseAsync(int status, string code, string text)
    {
        context.Response.StatusCode = status;
        if (Number(text, "retry-after") is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await context.Response.WriteAsJsonAsync(new { error = new { message = $"Refused: {text}", type = "test", code } });
    }

    private static int? Number(string text, string what) => Directive().Matches(text)
        .Where(match => match.Groups[1].Value == what)
        .Select(match => (int?)int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))
        .FirstOrDefault();

    [GeneratedRegex(@"\[\[([a-z-]+):(\d+)\]\]")]
    private static partial Regex Directive();
}
