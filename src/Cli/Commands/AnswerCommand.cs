using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Search;
using Pipeline.Cli.Status;
using Pipeline.Scoring.Http;
using Pipeline.Scoring.Search;

namespace Pipeline.Cli.Commands;

/// <summary><c>answer</c>: what the documents say to a question, with sources.</summary>
internal static class AnswerCommand
{
    private const int UsualSources = 5;

    public static Command Create()
    {
        var options = new SearchChoiceOptions("QUESTION", UsualSources, QuestionAnswerer.MaxSources);
        var recipe = new Option<string?>("--recipe", "-r")
        {
            Description = Say("The recipe that makes the answer. extractive and lead give the sentences nearest to the question; they do not reason.", "生成回答的配方。extractive 和 lead 摘取与问题最接近的语句，不做推理。"), HelpName = "R",
        };
        var command = new Command("answer", Say("Answer a question from the documents, with sources.", "根据文档回答问题，并注明出处。"));
        options.AddTo(command);
        command.Add(recipe);
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            await using var session = await SearchSession.OpenAsync(installation, cancellationToken);
            var request = await session.RequestAsync(installation, options.Read(result), cancellationToken);
            var answer = await session.Answerer.AnswerAsync(request, result.GetValue(recipe), cancellationToken);
            if (result.GetValue(options.Json))
            {
                Console.WriteLine(JsonSerializer.Serialize(QuestionAnswer.Of(answer), StatusJson.Options));
                return answer.Text is null ? ExitCode.Failure : ExitCode.Success;
            }

            if (answer.Text is null)
            {
                FindingsText.Print(answer.Findings, numbered: true);
                return CommandRunner.Complain(Say(
                    $"{answer.Note} Ask in the words of the documents, or lower --min-similarity.", "没有可回答的内容。请用文档中的词语提问，或调低 --min-similarity。"));
            }

            Console.WriteLine(string.Concat(answer.Statements.Select(statement => statement.Text + string.Concat(statement.Sources.Select(place => $"[{place}]")))));
            FindingsText.Print(answer.Findings, numbered: true);
            return ExitCode.Success;
        }));
        return command;
    }
}
