using System.CommandLine;
using System.Globalization;
using Pipeline.Inference;
using Pipeline.Inference.Recipes;

namespace Pipeline.Cli.Commands;

/// <summary><c>similarity</c>: candidates by cosine with a query, highest first; needs no servers.</summary>
internal static class SimilarityCommand
{
    public static Command Create()
    {
        var query = new Option<string>("--query") { Description = Say("The text to compare with.", "要比较的文本。"), Required = true };
        var candidates = new Option<string>("--candidates")
        {
            Description = Say("A file with one text a line, or JSONL {id, text} when its name ends in .jsonl.", "每行一段文本的文件；名称以 .jsonl 结尾时为 JSONL {id, text}。"),
            Required = true,
        };
        var embedder = new Option<string>("--embedder")
        {
            Description = Say(
                "The embedder: a recipe or an imported model. hashing is lexical: it sees shared words, not shared meaning.",
                "向量化方案：配方或已导入的模型。hashing 是词面方法：只看共有的字词，不懂含义。"),
            HelpName = "E",
            DefaultValueFactory = _ => BuiltInRecipes.Hashing.Name,
        };
        var json = new Option<bool>("--json") { Description = Say("Print JSONL {score, id, text}.", "输出 JSONL {score, id, text}。") };
        var command = new Command("similarity", Say("Rank texts by their similarity to a query.", "按与查询的相似度对文本排序。")) { query, candidates, embedder, json };
        command.SetAction((result, cancellationToken) => Engines.RunAsync(engines => RunAsync(
            engines,
            result.GetRequiredValue(query),
            result.GetRequiredValue(candidates),
            result.GetRequiredValue(embedder),
            result.GetValue(json),
            cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(
        Engines engines, string query, string path, string embedderName, bool json, CancellationToken cancellationToken)
    {
        var embedder = engines.Factory.CreateEmbedder(engines.Recipes.Find(embedderName, RecipeStage.Embed));
        List<CandidateText> candidates;
        try
        {
            candidates = await CandidateFile.ReadAsync(path, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            await Console.Error.WriteLineAsync(Say(
                $"Cannot read the candidates '{path}': {exception.Message} Check --candidates.",
                $"无法读取候选文件 '{path}'：{exception.Message} 请检查 --candidates。"));
            return 1;
        }
        catch (FormatException exception)
        {
            await Console.Error.WriteLineAsync(Say($"{exception.Message} Mend the file, or rename it if it is plain text.", $"{exception.Message} 请修正文件；若是纯文本请改名。"));
            return 1;
        }

        if (candidates.Count == 0)
        {
            await Console.Error.WriteLineAsync(Say($"'{path}' holds no candidates. Put one text on each line.", $"'{path}' 中没有候选文本。请每行放一段文本。"));
            return 1;
        }

        return await RankAsync(embedder, query, candidates, json, cancellationToken);
    }

    private static async Task<int> RankAsync(
        IEmbedder embedder, string query, List<CandidateText> candidates, bool json, CancellationToken cancellationToken)
    {
        var vectors = new float[]?[candidates.Count + 1];
        var failures = 0;
        await foreach (var outcome in embedder.EmbedAsync([query, .. candidates.Select(c => c.Text)], cancellationToken))
        {
            vectors[outcome.Index] = outcome.Value?.Values;
            if (outcome.Failure is { } failure)
            {
                failures++;
                var which = outcome.Index == 0 ? Say("The query", "查询") : Say($"Candidate {outcome.Index}", $"第 {outcome.Index} 个候选");
                await Console.Error.WriteLineAsync(Say(
                    $"{which} cannot be compared: {failure.Reason} ({failure.Code}) Use a text with words.",
                    $"{which}无法比较：{failure.Reason}（{failure.Code}）请使用含有文字的文本。"));
            }
        }

        if (vectors[0] is not { } queryVector)
        {
            return 1;
        }

        await using var output = Utf8Output.Open();
        var ranked = candidates.Zip(vectors.Skip(1))
            .Where(pair => pair.Second is not null)
            .Select(pair => (Score: Dot(queryVector, pair.Second ?? []), Candidate: pair.First))
            .OrderByDescending(pair => pair.Score);
        foreach (var (score, candidate) in ranked)
        {
            await output.WriteLineAsync(Line(score, candidate, json).AsMemory(), cancellationToken);
        }

        return failures == 0 ? 0 : 1;
    }

    private static string Line(double score, CandidateText candidate, bool json) => json
        ? Utf8Output.Json(writer =>
        {
            writer.WriteNumber("score", Math.Round(score, 6));
            if (candidate.Id is { } id)
            {
                writer.WriteString("id", id);
            }

            writer.WriteString("text", candidate.Text);
        })
        : $"{score.ToString("F4", CultureInfo.InvariantCulture)}\t{candidate.Text.ReplaceLineEndings(" ")}";

    private static double Dot(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }
}
