using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Pipeline.Inference.OpenAi;
using Pipeline.Inference.Processing;

namespace Pipeline.Inference.Recipes;

/// <summary>Recipes that run at an endpoint. Recipes of one endpoint share its limit of requests.</summary>
internal sealed class OpenAiEngine(EngineOptions options, TimeProvider time, ILogger<OpenAiEngine> logger) : IRecipeEngine, IDisposable
{
    /// <summary>What an answer of a small model takes; the requests that run at the same time share it.</summary>
    private const double SecondsPerRequest = 2;

    private readonly ConcurrentDictionary<OpenAiAddress, OpenAiEndpoint> _endpoints = [];

    public string Name => "openai";

    public string Version => "1";

    public IReadOnlyList<RecipeStage> Stages => [RecipeStage.Summarize, RecipeStage.Embed];

    public RecipeDefinition Define(RecipeDraft draft)
    {
        var parameters = new RecipeParameters(draft.Name, draft.Parameters);
        var stage = draft.Stage ?? RecipeStage.Summarize;
        OpenAiAddress.Read(parameters);
        int? dimensions = null;
        if (stage == RecipeStage.Embed)
        {
            parameters.Required("model", "the model's name at the endpoint");
            dimensions = parameters.Whole("dimensions", 0, 1, 16_000);
        }
        else
        {
            OpenAiDecoding.Read(parameters);
            ProcessingParameters.Read(parameters, "chat", new RoughTokens());
        }

        parameters.Complete();
        return new()
        {
            Name = draft.Name,
            Stage = stage,
            Engine = Name,
            EngineVersion = Version,
            Parameters = parameters.All,
            Dimensions = dimensions,
            SecondsPerText = draft.SecondsPerText ?? SecondsPerRequest / options.OpenAi.Concurrency,
        };
    }

    public ISummarizer CreateSummarizer(RecipeDefinition recipe, RequestPriority priority = RequestPriority.Bulk)
    {
        var parameters = new RecipeParameters(recipe.Name, recipe.Parameters);
        var completer = new OpenAiCompleter(Endpoint(OpenAiAddress.Read(parameters)), OpenAiDecoding.Read(parameters));
        return new PromptedSummarizer(completer, ProcessingParameters.Read(parameters, "chat", completer));
    }

    public IEmbedder CreateEmbedder(RecipeDefinition recipe, RequestPriority priority = RequestPriority.Bulk)
    {
        var parameters = new RecipeParameters(recipe.Name, recipe.Parameters);
        var endpoint = Endpoint(OpenAiAddress.Read(parameters));
        return new OpenAiEmbedder(
            endpoint, parameters.Required("model", "the model's name at the endpoint"), parameters.Whole("dimensions", 0, 1, 16_000));
    }

    public void Dispose()
    {
        foreach (var endpoint in _endpoints.Values)
        {
            endpoint.Dispose();
        }
    }

    private OpenAiEndpoint Endpoint(OpenAiAddress address) =>
        _endpoints.GetOrAdd(address, _ => new(address, Key(address), options.OpenAi, time, logger));

    private string? Key(OpenAiAddress address) => address.Credential is null
        ? null
        : options.Credentials.GetValueOrDefault(address.Credential) is { Length: > 0 } key
            ? key
            : throw new EngineException($"The key of the endpoint {address.Base} is not set. Set {address.KeySetting}.", true);
}
