using Pipeline.Inference.OpenAi;
using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.Tests.OpenAi;

public sealed class OpenAiAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000/v1")]
    [InlineData("https://example.com/compatible-mode/v1", "https://example.com/compatible-mode/v1")]
    public void An_address_is_written_in_one_way(string given, string expected)
    {
        var parameters = Parameters(("base_url", given));
        Assert.Equal(expected, OpenAiAddress.Read(parameters).Base);
        Assert.Equal(expected, parameters.All["base_url"]);
    }

    [Theory]
    [InlineData("https://user:geheim@example.com/v1")]
    [InlineData("https://geheim@example.com/v1")]
    [InlineData("https://example.com/v1?api_key=geheim")]
    public void A_key_in_it_is_refused_and_not_repeated(string given)
    {
        var error = Assert.Throws<RecipeException>(() => OpenAiAddress.Read(Parameters(("base_url", given))));
        Assert.DoesNotContain("geheim", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("credential", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://example.com/v1", null)]
    [InlineData("example.com", null)]
    [InlineData("http://example.com/v1", "sk-abcdef")]
    [InlineData("http://example.com/v1", "0123456789abcdef0123456789abcdef0")]
    [InlineData("http://example.com/v1", "with space")]
    public void What_is_no_address_or_no_name_of_a_key_is_refused(string address, string? credential)
    {
        var error = Assert.Throws<RecipeException>(() =>
            OpenAiAddress.Read(Parameters(credential is null ? [("base_url", address)] : [("base_url", address), ("credential", credential)])));
        Assert.DoesNotContain(credential ?? "none", error.Message, StringComparison.Ordinal);
    }

    private static RecipeParameters Parameters(params (string Name, string Value)[] values) =>
        new("test", values.ToDictionary(value => value.Name, value => value.Value));
}
