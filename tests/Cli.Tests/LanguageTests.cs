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

    [Theory]
    [InlineData("sumbit", "没有“sumbit”。您要的是不是：")]
    [InlineData("results", "缺少选项 --batch。")]
    [InlineData("results --batch", "--batch 缺少值。")]
    [InlineData("results --batch a --batch b", "--batch 只接受一个值，却给出了 2 个。")]
    [InlineData("results --batch a --format xls", "“xls”不是 --format 的值，可用的值：")]
    [InlineData("schedule remove", "remove 缺少参数。")]
    [InlineData("schedule remove a b", "无法识别的命令或参数“b”。")]
    [InlineData("schedule", "缺少子命令。")]
    [InlineData("status --interval x", "--interval 需要数字，而不是“x”。")]
    public async Task What_the_library_of_the_command_line_says_is_told_in_chinese_too(string arguments, string sentence)
    {
        var run = await RunAsync("zh", "", arguments.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Errors.Split('\n').Select(line => line.TrimEnd()));
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_told_in_chinese()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("language-").FullName, "工单.csv");
        await File.WriteAllBytesAsync(file, [.. "id,"u8, 0xD5, 0xFD, (byte)'\n'], TestContext.Current.CancellationToken);

        var run = await RunAsync("zh", "", "submit", file);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("的表头不是 UTF-8", run.Errors, StringComparison.Ordinal);
        Assert.Contains("--encoding gb18030", run.Errors, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Theory]
    [InlineData(1, "没有文件 不存在.csv；请检查路径。", "submit", "不存在.csv")]
    [InlineData(1, ". 是目录；请给出文件。", "submit", ".")]
    [InlineData(2, "未知的配方 'leed'。已有的配方：extractive, extractive-title, lead。'./pipeline recipes add FILE' 可添加。", "submit", "不存在.csv", "--recipe", "leed")]
    [InlineData(2, "没有格式 'xls'；--format 可用 csv, tsv, jsonl, openai, parquet, lcsts。", "submit", "不存在.csv", "--format", "xls")]
    public async Task What_is_wrong_with_an_input_is_told_in_chinese(int code, string sentence, params string[] arguments)
    {
        var run = await RunAsync("zh", "", arguments);

        Assert.Equal((code, "错误：" + sentence), (run.ExitCode, run.Errors.Trim()));
    }

    [Theory]
    [InlineData("zh", "用法：\n  ./pipeline submit [<FILE>] [选项]\n", "[默认：hashing]")]
    [InlineData("en", "Usage:\n  ./pipeline submit [<FILE>] [options]\n", "[default: hashing]")]
    public async Task Help_names_the_command_that_users_call(string language, string usage, string preset)
    {
        var help = (await RunAsync(language, "", "submit", "--help")).Output;

        Assert.Contains(usage, help, StringComparison.Ordinal);
        Assert.Contains(preset, help, StringComparison.Ordinal);
        Assert.DoesNotContain("Pipeline.Cli", help, StringComparison.Ordinal);
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
        new Dictionary<string, string>
        {
            ["PIPELINE_LANG"] = option, ["LC_ALL"] = locale, ["LC_MESSAGES"] = "", ["LANG"] = "",
            // Nobody is there.
            ["PIPELINE__POSTGRES"] = "Host=127.0.0.1;Port=1", ["PIPELINE__RABBITMQ"] = "amqp://127.0.0.1:1/",
        },
        AppContext.BaseDirectory,
        input: null,
        arguments);

    [GeneratedRegex(@"Description = \$?""[A-Za-z]|new Command\(\s*""[a-z-]+"",\s*\$?""|RootCommand\(""|AddError\(\$?""")]
    private static partial Regex Undescribed();
}
