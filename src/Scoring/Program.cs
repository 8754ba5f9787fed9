using Pipeline.ServiceDefaults;

return await PipelineHost.RunAsync(() =>
{
    var builder = PipelineHost.CreateBuilder(args);
    builder.Services.AddScoring(builder.Configuration);
    var app = builder.Build();
    app.MapHealth();
    app.UseScoring();
    return app;
});
