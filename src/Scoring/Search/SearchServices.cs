using Microsoft.Extensions.Options;
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
                $"{SearchOptions.SectionName}:Topics has two topics of the same Name.")
            .Validate(
                options => options.Classifier is null || options.Topics.Count == 0,
                $"{SearchOptions.SectionName} has a Classifier and Topics; topics come from the one or the other. Remove one of the two.")
            .Validate(
                options => options.Classifier is null || options.Classifier.Trim().Length > 0,
                $"{SearchOptions.SectionName}:Classifier is empty. Name an imported classifier, or leave it out.");
        services.AddSingleton(provider => new SearchReader(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton(provider => new DocumentGroups(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton<ScopeCheck>();
        services.AddSingleton(provider => new TopicStore(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton<ITopicAssigner>(provider => provider.GetRequiredService<IOptions<SearchOptions>>().Value.Classifier is null
            ? ActivatorUtilities.CreateInstance<DescribedTopics>(provider)
            : ActivatorUtilities.CreateInstance<ClassifiedTopics>(provider));
        services.AddSingleton<SemanticSearch>();
        return services.AddSingleton<QuestionAnswerer>();
    }
}
