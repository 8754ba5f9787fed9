using System.Text.RegularExpressions;

namespace Pipeline.Cli.Tests;

public sealed partial class LanguageTests
{
    [Theory]
    [InlineData("zh", "C.UTF-8", true)]
    [InlineData("en", "zh_CN.UTF-8", false)]
    [InlineData("", "zh_CN.UTF-8", true)]
    [InlineData("", "en_US.UTF-8", false)]
    [InlineData("", "", false)]
    public async Task Messages_follow_the_option_and_then_the_locale(string option, string locale, bool isChinese)
    {
        var help = await RunAsync(option, locale, "summarize", "--help");

        Assert.Equal(0, help.ExitCode);
        Assert.Equal(isChinese, help.Output.Contains("为标准输入中的一段文本生成摘要。", StringComparison.Ordinal));
        Assert.Equal(!isChinese, help.Output.Contains("Summarise one text from standard input.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Errors_are_told_in_the_language_and_end_with_the_same_code()
    {
        var english = await RunAsync("en", "", "similarity", "--query", "水泵", "--candidates", "nowhere.txt");
        var chinese = await RunAsync("zh", "", "similarity", "--query", "水泵", "--candidates", "nowhere.txt");

        Assert.Equal(1, english.ExitCode);
        Assert.Equal(1, chinese.ExitCode);
        Assert.StartsWith("Cannot read the candidates 'nowhere.txt'", english.Errors, StringComparison.Ordinal);
        Assert.StartsWith("无法读取候选文件 'nowhere.txt'", chinese.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_programs_read_is_the_same_in_both_languages()
    {
        string[] arguments = ["recipes", "list", "--json"];

        Assert.Equal((await RunAsync("en", "", arguments)).Output, (await RunAsync("zh", "", arguments)).Output);
    }

    [Fact]
    public void Every_command_and_option_is_described_in_both_languages()
    {
        // Help is what a user meets first; a description that is not said in both languages would be forgotten.
        var sources = Directory.EnumerateFiles(Path.Combine(Testing.Checkout.Root, "src", "Cli"), "*.cs", SearchOption.AllDirectories);

        Assert.All(sources, file => Assert.DoesNotMatch(Undescribed(), File.ReadAllText(file)));
    }

    private static Task<CliRun> RunAsync(string option, string locale, params string[] arguments) => CliRun.StartAsync(
        new Dictionary<string, string> { ["PIPELINE_LANG"] = option, ["LC_ALL"] = locale, ["LC_MESSAGES"] = "", ["LANG"] = "" },
        AppContext.BaseDirectory,
        input: null,
        arguments);

    [GeneratedRegex(@"Description = \$?""[A-Za-z]|new Command\(\s*""[a-z-]+"",\s*\$?""|RootCommand\(""|AddError\(\$?""")]
    private static partial Regex Undescribed();
}
