using Pipeline.Ingest.Http;
using Pipeline.ServiceDefaults;

return await PipelineHost.RunAsync(() =>
{
    var builder = PipelineHost.CreateBuilder(args);
    builder.Services.AddIngest(builder.Configuration);
    var app = PipelineHost.Build(builder);
    app.UseIngestApi();
    app.MapHealth();
    return app;
});
