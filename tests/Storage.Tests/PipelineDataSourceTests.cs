namespace Pipeline.Storage.Tests;

public sealed class PipelineDataSourceTests
{
    [Theory]
    [InlineData("secret")]
    [InlineData("Host=db;Pasword=secret")]
    [InlineData("Host=db;Password=se;cret")]
    [InlineData("Host=db;Port=secret")]
    public void What_is_no_connection_string_is_refused_and_not_repeated(string setting)
    {
        var refusal = Assert.Throws<PipelineStorageException>(() => PipelineDataSource.CreateForReports(setting, "test"));

        Assert.Contains("PIPELINE__POSTGRES", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", $"{refusal}", StringComparison.Ordinal);
    }
}
