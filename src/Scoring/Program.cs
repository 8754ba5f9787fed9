using Pipeline.ServiceDefaults;

return await PipelineHost.RunAsync(() =>
{
    var builder = PipelineHost.CreateBuilder(args);
    builder.Services.AddScoring(builder.Configuration);
    var app = PipelineHost.Build(builder);
    app.MapHealth();
    app.UseScoring();
    return app;
});
