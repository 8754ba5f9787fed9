using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Search;
using Pipeline.Cli.Status;
using Pipeline.Scoring.Http;
using Pipeline.Scoring.Search;

namespace Pipeline.Cli.Commands;

/// <summary><c>search</c>: documents by similarity to a query.</summary>
internal static class SearchCommand
{
    private const int UsualResults = 10;

    public static Command Create()
    {
        var options = new SearchChoiceOptions("QUERY", UsualResults, SearchRequest.MaxLimit);
        var recipe = new Option<string?>("--recipe", "-r") { Description = Say("Show summaries of this recipe; by default the newest.", "显示此配方的摘要；默认为最新的。"), HelpName = "R" };
        var command = new Command("search", Say("Search documents by similarity to a query.", "按与查询的相似度查找文档。"));
        options.AddTo(command);
        command.Add(recipe);
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            await using var session = await SearchSession.OpenAsync(installation, cancellationToken);
            var request = await session.RequestAsync(installation, options.Read(result), cancellationToken);
            var findings = await session.Search.FindAsync(request with { Recipe = result.GetValue(recipe) }, cancellationToken);
            if (result.GetValue(options.Json))
            {
                Console.WriteLine(JsonSerializer.Serialize(SearchAnswer.Of(findings), StatusJson.Options));
            }
            else
            {
                FindingsText.Print(findings);
            }

            return ExitCode.Success;
        }));
        return command;
    }
}
