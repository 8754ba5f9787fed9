using System.Reflection;
using Microsoft.Extensions.Configuration;
using Pipeline.Inference;
using Pipeline.Ingest.Dispatch;
using Pipeline.Ingest.Http;
using Pipeline.Scoring;
using Pipeline.Scoring.Alerts;
using Pipeline.Scoring.Health;
using Pipeline.Scoring.Requests;
using Pipeline.Scoring.Search;
using Pipeline.ServiceDefaults;

namespace Pipeline.Cli.Settings;

/// <summary>Finds settings that nothing reads, most likely misspelt. A service can't: it does not know what the others read.</summary>
internal static class UnknownSettings
{
    /// <summary>Every section that a program of ours reads, with the options it becomes.</summary>
    public static IReadOnlyList<(string Section, Type Options)> Sections { get; } =
    [
        (PipelineSettings.SectionName, typeof(PipelineSettings)), (EngineOptions.SectionName, typeof(EngineOptions)),
        (DispatcherOptions.SectionName, typeof(DispatcherOptions)), (ApiOptions.SectionName, typeof(ApiOptions)),
        ("Pipeline:EmbedWorker", typeof(WorkerOptions)), ("Pipeline:SummarizeWorker", typeof(WorkerOptions)),
        (ScoringOptions.SectionName, typeof(ScoringOptions)), (DegradationOptions.SectionName, typeof(DegradationOptions)),
        (WebhookOptions.SectionName, typeof(WebhookOptions)), (RequestOptions.SectionName, typeof(RequestOptions)),
        (SearchOptions.SectionName, typeof(SearchOptions)), ("Pipeline:Services", typeof(Dictionary<string, string>)),
    ];

    // The launcher's, and a password that Ingest and Scoring share.
    private static readonly string[] s_others = ["Pipeline:PostgresReader", "Pipeline:OperatorPassword"];

    /// <summary>Those that have a value, by path, in alphabetical order.</summary>
    public static IReadOnlyList<string> Find(IConfiguration configuration) =>
    [
        .. configuration.GetSection("Pipeline").AsEnumerable()
            .Where(setting => setting.Value is not null && !IsKnown(setting.Key))
            .Select(setting => setting.Key)
            .Order(StringComparer.Ordinal),
    ];

    private static bool IsKnown(string path) =>
        s_others.Contains(path, StringComparer.OrdinalIgnoreCase)
        || Sections.Any(section =>
            path.StartsWith(section.Section + ":", StringComparison.OrdinalIgnoreCase)
            && Takes(section.Options, path[(section.Section.Length + 1)..].Split(':')));

    private static bool Takes(Type type, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty || type.Namespace == "System")
        {
            return path.IsEmpty;
        }

        // A list's index, or a dictionary's key, is any.
        var inner = type.IsGenericType
            ? type.GetGenericArguments()[^1]
            : type.GetProperty(path[0], BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)?.PropertyType;
        return inner is not null && Takes(inner, path[1..]);
    }
}
