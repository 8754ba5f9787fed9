using Pipeline.ServiceDefaults;

return await PipelineHost.RunAsync(() =>
{
    var builder = PipelineHost.CreateBuilder(args);
    builder.Services.AddEmbedWorker(builder.Configuration);
    var app = builder.Build();
    app.MapHealth();
    return app;
});
