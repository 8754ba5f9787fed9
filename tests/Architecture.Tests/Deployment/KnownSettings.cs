using System.Reflection;
using Pipeline.EmbedWorker;
using Pipeline.Inference;
using Pipeline.Ingest.Dispatch;
using Pipeline.Ingest.Http;
using Pipeline.Scoring;
using Pipeline.Scoring.Alerts;
using Pipeline.Scoring.Health;
using Pipeline.ServiceDefaults;
using Pipeline.SummarizeWorker;

namespace Pipeline.Architecture.Tests.Deployment;

/// <summary>The environment variables that mean something to our programs, derived from their options.</summary>
internal static class KnownSettings
{
    private static readonly (string Section, Type Options)[] s_sections =
    [
        (PipelineSettings.SectionName, typeof(PipelineSettings)), (EngineOptions.SectionName, typeof(EngineOptions)),
        (DispatcherOptions.SectionName, typeof(DispatcherOptions)), (ApiOptions.SectionName, typeof(ApiOptions)), (ScoringOptions.SectionName, typeof(ScoringOptions)),
        (WebhookOptions.SectionName, typeof(WebhookOptions)), (DegradationOptions.SectionName, typeof(DegradationOptions)),
        (EmbedWorkerOptions.SectionName, typeof(EmbedWorkerOptions)), (SummarizeWorkerOptions.SectionName, typeof(SummarizeWorkerOptions)),
    ];

    /// <summary>All of them, in capitals: ours, and those of the platform that we rely on.</summary>
    public static IReadOnlySet<string> Names { get; } = s_sections
        .SelectMany(section => section.Options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => $"{section.Section}:{property.Name}".Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant()))
        .Concat(["PIPELINE__OPERATORPASSWORD", "ASPNETCORE_HTTP_PORTS", "HOME", "TMPDIR"])
        .ToHashSet();

    /// <summary>Those whose value is secret: they hold passwords.</summary>
    public static IReadOnlySet<string> Secrets { get; } = new HashSet<string> { "PIPELINE__POSTGRES", "PIPELINE__RABBITMQ", "PIPELINE__OPERATORPASSWORD",
        "PIPELINE__SCORING__OPERATORPASSWORD", "PIPELINE__SCORING__WEBHOOK__URL", "PIPELINE__SCORING__WEBHOOK__SECRET" };
}
