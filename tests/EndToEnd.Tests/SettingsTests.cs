using Pipeline.ServiceDefaults;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>Services whose settings are wrong: they end at once, with the settings' names and no stack trace.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("EmbedWorker", "PIPELINE__EMBEDWORKER__LEASE", "0", "Pipeline:EmbedWorker:Lease (PIPELINE__EMBEDWORKER__LEASE) must be between 00:00:05 and 00:10:00. A number alone counts days.")]
    [InlineData("SummarizeWorker", "PIPELINE__SUMMARIZEWORKER__CONCURRENCY", "0", "Pipeline:SummarizeWorker:Concurrency (PIPELINE__SUMMARIZEWORKER__CONCURRENCY) must be between 1 and 64.")]
    [InlineData("SummarizeWorker", "PIPELINE__CUDA__MAXROWS", "many", "Pipeline:Cuda:MaxRows (PIPELINE__CUDA__MAXROWS) is 'many' and should be a whole number.")]
    [InlineData("EmbedWorker", "PIPELINE__MODELS", "", "Pipeline:Models (PIPELINE__MODELS) is missing.")]
    [InlineData("Ingest", "PIPELINE__DISPATCHER__POLLINTERVAL", "often", "Pipeline:Dispatcher:PollInterval (PIPELINE__DISPATCHER__POLLINTERVAL) is 'often' and should be a time such as 00:05:00.")]
    [InlineData("Scoring", "PIPELINE__SCORING__DEGRADATION__MINSAMPLES", "0", "Pipeline:Scoring:Degradation:MinSamples (PIPELINE__SCORING__DEGRADATION__MINSAMPLES) must be between 5 and 10000.")]
    [InlineData("Scoring", "PIPELINE__SEARCH__EMBEDDERS__0__START", "5", "An entry of Pipeline:Search:Embedders has no Name.\nPipeline:Search:Embedders:0:Start (PIPELINE__SEARCH__EMBEDDERS__0__START) must be between -1 and 1.")]
    public async Task A_setting_that_is_wrong_is_named_in_one_line(string service, string name, string value, string sentence)
    {
        await using var process = Start(service, (name, value));

        Assert.Equal(ExitCodes.Misconfigured, await process.ExitAsync(PipelineRig.Patience));
        Assert.Equal(sentence, process.Log.Trim());
    }

    [Fact]
    public async Task All_of_them_are_named_at_once()
    {
        await using var process = Start("EmbedWorker", ("PIPELINE__CUDA__MAXROWS", "0"), ("PIPELINE__OPENAI__TIMEOUT", "0"), ("PIPELINE__EMBEDWORKER__CONCURRENCY", "0"));

        Assert.Equal(ExitCodes.Misconfigured, await process.ExitAsync(PipelineRig.Patience));
        foreach (var name in (string[])["MAXROWS", "TIMEOUT", "CONCURRENCY"])
        {
            Assert.Contains(name, process.Log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task They_can_be_looked_at_alone()
    {
        await using var good = Start("Scoring", ["--check-settings"]);
        await using var bad = Start("Ingest", ["--check-settings"], ("PIPELINE__DISPATCHER__LOSTAFTER", "0"));

        Assert.Equal(ExitCodes.Success, await good.ExitAsync(PipelineRig.Patience));
        Assert.Equal("", good.Log);
        Assert.Equal(ExitCodes.Misconfigured, await bad.ExitAsync(PipelineRig.Patience));
        Assert.Contains("PIPELINE__DISPATCHER__LOSTAFTER", bad.Log, StringComparison.Ordinal);
    }

    // The servers are never asked.
    private static ServiceProcess Start(string service, params (string Name, string Value)[] settings) => Start(service, [], settings);

    private static ServiceProcess Start(string service, string[] arguments, params (string Name, string Value)[] settings) => ServiceProcess.Start(
        service,
        settings.Append(("PIPELINE__POSTGRES", "Host=nowhere.invalid")).Append(("PIPELINE__RABBITMQ", "amqp://nowhere.invalid/"))
            .Append(("PIPELINE__OPERATORPASSWORD", "geheim")).ToDictionary(setting => setting.Item1, setting => setting.Item2),
        arguments);
}
