using Pipeline.ServiceDefaults;

return await PipelineHost.RunAsync(() =>
{
    var builder = PipelineHost.CreateBuilder(args);
    builder.Services.AddEmbedWorker(builder.Configuration);
    var app = PipelineHost.Build(builder);
    app.MapHealth();
    return app;
});
