using Pipeline.OpenAiServer;

// An endpoint that speaks OpenAI's protocol and misbehaves where a text tells it to. It knows the model "test-model" and, when
// OPENAI_SERVER_KEY is set, wants that key. After POST /degrade its summaries have nothing to do with their texts any more.
var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls(Environment.GetEnvironmentVariable("OPENAI_SERVER_URL") ?? "http://127.0.0.1:0");
var app = builder.Build();
var log = new RequestLog();
app.MapGet("/health/ready", () => "ready");
app.MapGet("/seen", () => log.Describe());
var isDegraded = false;
app.MapPost("/degrade", () => { isDegraded = true; });
app.MapPost("/v1/chat/completions", context => new Exchange(context, log).AnswerAsync(text => Answers.Chat(isDegraded ? Answers.Nonsense : text)));
app.MapPost("/v1/embeddings", context => new Exchange(context, log).AnswerAsync(Answers.Embedding));
await app.RunAsync();
