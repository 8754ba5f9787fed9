using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Inference;
using Pipeline.Inference.Classification;
using Pipeline.Inference.Models;
using Pipeline.Inference.Recipes;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Wires the engines.</summary>
public static class InferenceServiceCollectionExtensions
{
    /// <summary>Adds options, models, <see cref="EngineFactory"/> and <see cref="RecipeCatalog"/>. Logging must be there.</summary>
    public static IServiceCollection AddInference(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<EngineOptions, EngineOptionsValidator>().Bind(configuration.GetSection(EngineOptions.SectionName));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<EngineOptions>>().Value;
            return new ModelStore(options.Models) { Cuda = options.Cuda };
        });
        services.AddSingleton(provider => new ModelPool(
            provider.GetRequiredService<ModelStore>(), provider.GetRequiredService<IOptions<EngineOptions>>().Value.Cuda));
        services.AddSingleton<ClassifierPool>();
        services.AddSingleton<OnnxEngine>();
        services.AddSingleton(provider => new OpenAiEngine(
            provider.GetRequiredService<IOptions<EngineOptions>>().Value, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<OpenAiEngine>>()));
        services.AddSingleton(provider => new EngineFactory(
            [.. BaselineEngine.All, provider.GetRequiredService<OnnxEngine>(), provider.GetRequiredService<OpenAiEngine>()]));
        services.AddSingleton(provider => new RecipeCatalog(
            provider.GetRequiredService<EngineFactory>(), provider.GetRequiredService<ModelPool>(),
            provider.GetRequiredService<IOptions<EngineOptions>>().Value.Recipes));
        return services;
    }
}
