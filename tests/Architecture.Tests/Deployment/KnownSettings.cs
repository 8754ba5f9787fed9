using System.Reflection;
using Pipeline.Cli.Settings;

namespace Pipeline.Architecture.Tests.Deployment;

/// <summary>The environment variables that mean something to our programs, derived from their options.</summary>
internal static class KnownSettings
{
    /// <summary>All of them, in capitals: ours, and those of the platform that we rely on.</summary>
    public static IReadOnlySet<string> Names { get; } = UnknownSettings.Sections
        .SelectMany(section => section.Options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => $"{section.Section}:{property.Name}".Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant()))
        .Concat(["PIPELINE__OPERATORPASSWORD", "ASPNETCORE_HTTP_PORTS", "HOME", "TMPDIR"])
        .ToHashSet();

    /// <summary>Those whose value is secret: they hold passwords.</summary>
    public static IReadOnlySet<string> Secrets { get; } = new HashSet<string> { "PIPELINE__POSTGRES", "PIPELINE__RABBITMQ", "PIPELINE__OPERATORPASSWORD",
        "PIPELINE__SCORING__OPERATORPASSWORD", "PIPELINE__SCORING__WEBHOOK__URL", "PIPELINE__SCORING__WEBHOOK__SECRET" };
}
