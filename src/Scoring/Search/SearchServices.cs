using Npgsql;
using Pipeline.Storage.Search;

namespace Pipeline.Scoring.Search;

/// <summary>Wires search and answers. Recipes, bus and lane must be there.</summary>
public static class SearchServices
{
    /// <summary>Adds <see cref="SemanticSearch"/>, <see cref="QuestionAnswerer"/> and their options.</summary>
    public static IServiceCollection AddSemanticSearch(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<SearchOptions, SearchOptionsValidator>().Bind(configuration.GetSection(SearchOptions.SectionName))
            .Validate(
                options => options.Topics.Count != 1,
                $"{SearchOptions.SectionName}:Topics has one topic; a text is assigned to the nearest of two or more. Add another, or remove it.")
            .Validate(
                options => options.Topics.Select(topic => topic.Name).Distinct(StringComparer.Ordinal).Count() == options.Topics.Count,
                $"{SearchOptions.SectionName}:Topics has two topics of the same Name.");
        services.AddSingleton(provider => new SearchReader(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton(provider => new DocumentGroups(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton<ScopeCheck>();
        services.AddSingleton<Topics>();
        services.AddSingleton<SemanticSearch>();
        return services.AddSingleton<QuestionAnswerer>();
    }
}
