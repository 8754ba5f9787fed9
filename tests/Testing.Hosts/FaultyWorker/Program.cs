using Pipeline.FaultyWorker;
using Pipeline.Inference;
using Pipeline.Inference.Recipes;
using Pipeline.ServiceDefaults;

// The real workers with engines that misbehave where a text tells them to. The argument is the step: embed or summarize.
return await PipelineHost.RunAsync(() =>
{
    var builder = PipelineHost.CreateBuilder([]);
    switch (args)
    {
        case ["embed"]:
            builder.Services.AddEmbedWorker(builder.Configuration);
            builder.Services.AddSingleton<Func<RecipeDefinition, IEmbedder>>(recipe => new FaultyEmbedder(EngineFactory.Baselines.CreateEmbedder(recipe)));
            break;
        case ["summarize"]:
            builder.Services.AddSummarizeWorker(builder.Configuration);
            builder.Services.AddSingleton<Func<RecipeDefinition, ISummarizer>>(recipe => new FaultySummarizer(EngineFactory.Baselines.CreateSummarizer(recipe)));
            break;
        default:
            throw new MisconfigurationException($"The one argument is embed or summarize, not '{string.Join(' ', args)}'.");
    }

    var app = builder.Build();
    app.MapHealth();
    return app;
});
