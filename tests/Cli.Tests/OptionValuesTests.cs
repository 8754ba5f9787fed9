using System.CommandLine;
using Pipeline.Cli.Commands;

namespace Pipeline.Cli.Tests;

public sealed class OptionValuesTests
{
    [Fact]
    public void A_number_that_is_none_is_a_usage_error_with_every_option_that_takes_one()
    {
        var options = Options([], PipelineCommand.Create()).ToList();

        Assert.InRange(options.Count, 20, 500);
        Assert.All(options, option =>
        {
            var parsed = PipelineCommand.Create().Parse([.. option.Path, option.Name, "x"]);

            var said = string.Join('\n', parsed.Errors.Select(error => UsageErrors.Reword(error.Message)));
            Assert.Matches($"{option.Name} (takes a|需要)", said);
            Assert.DoesNotContain("System.", said, StringComparison.Ordinal);
        });
    }

    private static IEnumerable<(string[] Path, string Name)> Options(string[] path, Command command) =>
    [
        .. command.Options.Where(option => IsNumber(option.ValueType)).Select(option => (path, option.Name)),
        .. command.Subcommands.SelectMany(child => Options([.. path, child.Name], child)),
    ];

    private static bool IsNumber(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var number && (number == typeof(int) || number == typeof(long) || number == typeof(double));
}
