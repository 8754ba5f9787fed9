using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Pipeline.Cli.Settings;
using Pipeline.Inference;
using Pipeline.Ingest.Dispatch;
using Pipeline.Scoring;
using Pipeline.ServiceDefaults;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Settings;

public sealed partial class UnknownSettingsTests
{
    [Theory]
    [InlineData("Pipeline:Cuda:MaxRow")]
    [InlineData("Pipeline:MaxRows")]
    [InlineData("Pipeline:EmbedWorkr:Lease")]
    [InlineData("Pipeline:Scoring:Webhook:Adress")]
    [InlineData("Pipeline:Search:Topics:0:Nam")]
    [InlineData("Pipeline:Models:Folder")]
    [InlineData("Pipeline:Postgress")]
    public void What_nothing_reads_is_found(string path) => Assert.Equal([path], Find(path));

    [Theory]
    [InlineData("Pipeline:cuda:MAXROWS")]
    [InlineData("Pipeline:Credentials:anything")]
    [InlineData("Pipeline:Search:Topics:0:Name")]
    [InlineData("Pipeline:Search:Embedders:1:PerToken")]
    [InlineData("Pipeline:OperatorPassword")]
    [InlineData("Logging:LogLevel:Default")]
    public void What_is_read_is_not(string path) => Assert.Empty(Find(path));

    [Fact]
    public void Every_variable_of_the_documentation_is_read()
    {
        var document = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "configuration.md"));

        var paths = Variable().Matches(document).Select(match => match.Value.Replace("__", ":", StringComparison.Ordinal)).Distinct().ToList();

        Assert.InRange(paths.Count, 30, 500);
        Assert.Empty(Find([.. paths]));
    }

    [Fact]
    public void Every_section_of_the_services_is_read()
    {
        var paths = new[] { typeof(PipelineSettings), typeof(EngineOptions), typeof(DispatcherOptions), typeof(ScoringOptions) }
            .SelectMany(type => type.Assembly.GetTypes())
            .SelectMany(type => type.GetField("SectionName")?.GetRawConstantValue() is string section
                ? type.GetProperties().Select(property => $"{section}:{property.Name}")
                : [])
            .ToList();

        Assert.Contains("Pipeline:Scoring:Webhook:Url", paths);
        Assert.Empty(Find([.. paths]));
    }

    private static IReadOnlyList<string> Find(params string[] paths) => UnknownSettings.Find(
        new ConfigurationBuilder().AddInMemoryCollection(paths.Select(path => KeyValuePair.Create(path, (string?)"1"))).Build());

    [GeneratedRegex(@"(?<=`)PIPELINE__[A-Z0-9_]*[A-Z0-9](?=`)")]
    private static partial Regex Variable();
}
