using System.Text.RegularExpressions;
using Microsoft.VisualBasic.FileIO;
using Pipeline.Inference;
using Pipeline.Inference.Lexical;
using Pipeline.Inference.Recipes;
using Pipeline.TextMetrics.Similarity;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.SearchBench;

/// <summary>
/// What the thresholds let through, with the hashing embedder on the sample backlog: rows up to 0015 are for choosing them, the others for the
/// figures.
/// </summary>
internal sealed partial class Quality
{
    private static readonly double[] s_similarities = [0.8, 0.85, 0.9, 0.95];
    private static readonly string[] s_strangers =
    [
        "今天天气怎么样", "怎么做红烧肉", "世界杯冠军是谁", "地球到月亮有多远", "如何学好钢琴",
        "李白是哪个朝代的诗人", "推荐一部好看的电影", "猫为什么喜欢晒太阳", "明天股票会涨吗", "量子力学是什么",
        "怎样减肥最快", "北京到上海的高铁要多久", "谁发明了电话", "帮我写一首关于春天的诗", "光速是多少",
        "孔子的学生有哪些", "恐龙为什么灭绝", "how to bake bread", "what is the capital of France", "who wrote Hamlet",
        "咖啡和茶哪个更提神", "如何种植西红柿", "太平洋有多深", "translate hello into Japanese", "最好的旅游景点有哪些",
        "圆周率是多少", "怎么训练一只小狗", "第二次世界大战什么时候结束", "唐朝有多少个皇帝", "熊猫吃什么",
        "如何提高英语口语", "蜂蜜会不会过期", "月饼的做法", "为什么天空是蓝色的", "贝多芬写了几部交响曲",
        "马拉松全程多少公里", "围棋怎么下", "彩虹有几种颜色", "长城有多长", "人类什么时候登上火星",
    ];

    private readonly IEmbedder _embedder = EngineFactory.Baselines.CreateEmbedder(BuiltInRecipes.Hashing);

    /// <summary>Prints both tables for both parts of the samples.</summary>
    public async Task RunAsync(string samples)
    {
        var rows = Read(samples);
        Strangers(rows);
        foreach (var (name, part) in new[] { ("to choose (ids up to 0015)", rows.Where(row => row.Number <= 15)), ("to measure (ids from 0016)", rows.Where(row => row.Number > 15)) })
        {
            List<Sample> chosen = [.. part];
            Console.WriteLine($"### {name}: {chosen.Count} tickets\n");
            Queries(chosen);
            await PairsAsync(chosen);
        }
    }

    private static void Queries(List<Sample> rows)
    {
        Console.WriteLine("| query | mean tokens | threshold | own ticket passes | others pass | own ticket in the first 10 | own, p10 | others, p95 |\n| --- | --: | --: | --: | --: | --: | --: | --: |");
        foreach (var (kind, query) in new (string, Func<Sample, string>)[]
        {
            ("4 characters", row => First(row.Reference, 4)), ("first clause", row => Clause().Split(row.Reference)[0]),
            ("question", row => $"为什么{Clause().Split(row.Reference)[0]}，怎么处理？"), ("whole summary", row => row.Reference),
        })
        {
            var queries = rows.Select(row => AskingWords.Without(query(row))).ToList();
            var tokens = queries.Select(text => Tokenizers.Get("char").Tokenize(text).Count).ToList();
            var (own, others, ranks, passed, noise) = (new List<double>(), new List<double>(), 0, 0, 0);
            for (var i = 0; i < rows.Count; i++)
            {
                var words = new LexicalSimilarity(queries[i]);
                var similarities = rows.Select(row => words.With(row.Text)).ToList();
                own.Add(similarities[i]);
                others.AddRange(similarities.Where((_, j) => j != i));
                ranks += similarities.Count(similarity => similarity > similarities[i]) < 10 ? 1 : 0;
                passed += similarities[i] >= Threshold(tokens[i]) ? 1 : 0;
                noise += similarities.Where((similarity, j) => j != i && similarity >= Threshold(tokens[i])).Count();
            }

            Console.WriteLine(
                $"| {kind} | {tokens.Average():0.0} | {tokens.Average(Threshold):0.000} | {100.0 * passed / rows.Count:0.0} % | {100.0 * noise / others.Count:0.00} % | "
                + $"{100.0 * ranks / rows.Count:0.0} % | {At(own, 0.1):0.000} | {At(others, 0.95):0.000} |");
        }

        Console.WriteLine();
    }

    // The first half is for choosing. None of them is about anything in the samples.
    private static void Strangers(IReadOnlyList<Sample> all)
    {
        foreach (var (part, questions) in new[] { ("to choose", s_strangers[..20]), ("to measure", s_strangers[20..]) })
        {
            var found = questions.Where(question =>
            {
                var rest = AskingWords.Without(question);
                var words = new LexicalSimilarity(rest);
                return all.Max(row => words.With(row.Text)) >= Threshold(Tokenizers.Get("char").Tokenize(rest).Count);
            }).ToList();
            Console.WriteLine($"Questions about something else, {part}: {found.Count} of {questions.Length} find a ticket ({string.Join(", ", found)})");
        }
    }

    private async Task PairsAsync(List<Sample> rows)
    {
        var texts = await EmbedAsync(rows.Select(row => row.Text));
        (string Kind, Func<Sample, int, string?> Make)[] kinds =
        [
            ("same: other punctuation", (row, _) => row.Text.Replace('，', ' ').Replace("。", "！", StringComparison.Ordinal)),
            ("same: greeting and thanks added", (row, _) => "您好，麻烦帮忙处理一下：" + row.Text + "请尽快处理，谢谢。"),
            ("same: two characters swapped", (row, _) => Swap(row.Text)),
            ("same: first two sentences swapped", (row, _) => Reorder(row.Text)),
            ("other: one number changed", (row, _) => Renumber(row.Text)),
            ("other: one negation added or taken", (row, _) => Negate(row.Text)),
            ("other: a word of two characters replaced", (row, i) => Replace(row.Text, rows[(i + 7) % rows.Count].Text)),
            ("other: the most similar other ticket", (row, i) => rows[Enumerable.Range(0, rows.Count).Where(j => j != i).MaxBy(j => Similarity(texts[i], texts[j]))].Text),
        ];
        Console.WriteLine($"| pair | pairs | {string.Join(" | ", s_similarities.SelectMany(least => new[] { $"≥ {least}", $"≥ {least}, same marks" }))} |");
        Console.WriteLine($"| --- | --: |{string.Concat(s_similarities.Select(_ => " --: | --: |"))}");
        foreach (var (kind, make) in kinds)
        {
            var pairs = rows.Select((row, i) => (row.Text, Place: i, Other: make(row, i))).Where(pair => pair.Other is not null && pair.Other != pair.Text).ToList();
            var others = await EmbedAsync(pairs.Select(pair => pair.Other ?? ""));
            var cells = s_similarities.SelectMany(least =>
            {
                var merged = pairs.Where((pair, i) => Similarity(texts[pair.Place], others[i]) >= least).ToList();
                return new[] { merged.Count, merged.Count(pair => Marks(pair.Text).SequenceEqual(Marks(pair.Other ?? ""))) };
            });
            Console.WriteLine($"| {kind} | {pairs.Count} | {string.Join(" | ", cells.Select(count => pairs.Count == 0 ? "–" : $"{100.0 * count / pairs.Count:0.0} %"))} |");
        }

        Console.WriteLine();
    }

    // The defaults of Pipeline:Search.
    private static double Threshold(int tokens) => Math.Min(0.05 + (0.004 * (tokens - 1)), 0.12);

    private static double Similarity(float[] a, float[] b) => Cosine.Similarity(a, b) ?? 0;

    private static double At(List<double> values, double share) => values.Order().ElementAt((int)(share * values.Count));

    private static string First(string text, int length) => text.Length <= length ? text : text[..length];

    // As pipeline.marks_in.
    private static IEnumerable<string> Marks(string text) => Mark().Matches(text.ToLowerInvariant()).Select(match => match.Value).Order(StringComparer.Ordinal);

    private static string? Swap(string text) =>
        Enumerable.Range(text.Length / 2, Math.Max(0, (text.Length / 2) - 1)).FirstOrDefault(i => Han(text[i]) && Han(text[i + 1]) && text[i] != text[i + 1]) is > 0 and var place
            ? string.Concat(text[..place], text[place + 1], text[place], text[(place + 2)..])
            : null;

    private static string? Reorder(string text) => text.Split('。') is { Length: > 3 } parts
        ? string.Join('。', parts.Skip(1).Take(1).Append(parts[0]).Concat(parts.Skip(2)))
        : null;

    private static string? Renumber(string text) => Number().Match(text) is { Success: true } match
        ? string.Concat(text[..match.Index], (match.Value[0] == '9' ? '1' : (char)(match.Value[0] + 1)).ToString(), text[(match.Index + 1)..])
        : null;

    private static string? Negate(string text)
    {
        foreach (var (word, opposite) in (ReadOnlySpan<(string, string)>)[("未", "已"), ("已", "未"), ("没有", "有"), ("不能", "能"), ("无法", "可以")])
        {
            if (text.IndexOf(word, StringComparison.Ordinal) is >= 0 and var place)
            {
                return string.Concat(text[..place], opposite, text[(place + word.Length)..]);
            }
        }

        return null;
    }

    // By two characters from the middle of another ticket.
    private static string? Replace(string text, string other)
    {
        int? Word(string from) => Enumerable.Range(from.Length / 3, Math.Max(0, from.Length / 3)).Cast<int?>().FirstOrDefault(i => Han(from[i ?? 0]) && Han(from[(i ?? 0) + 1]));
        return Word(text) is { } place && Word(other) is { } word ? string.Concat(text[..place], other[word..(word + 2)], text[(place + 2)..]) : null;
    }

    private static bool Han(char c) => c is >= '\u4e00' and <= '\u9fff';

    private async Task<float[][]> EmbedAsync(IEnumerable<string> texts)
    {
        List<string> all = [.. texts];
        var vectors = new float[all.Count][];
        await foreach (var outcome in _embedder.EmbedAsync(all, CancellationToken.None))
        {
            vectors[outcome.Index] = outcome.Value?.Values ?? new float[Subjects.Dimensions];
        }

        return vectors;
    }

    private static List<Sample> Read(string path)
    {
        using var parser = new TextFieldParser(path) { Delimiters = [","], HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = false };
        var header = parser.ReadFields() ?? [];
        var rows = new List<Sample>();
        while (parser.ReadFields() is { } fields)
        {
            rows.Add(new(int.Parse(fields[0].Split('-')[1]), fields[Array.IndexOf(header, "text")], fields[Array.IndexOf(header, "reference")]));
        }

        return rows;
    }

    [GeneratedRegex(@"\d+(?:[.:]\d+)*")]
    private static partial Regex Number();

    [GeneratedRegex(@"\d+(?:[.:]\d+)*|[未不没无勿否]|\b(?:not|no|never|without|cannot)\b|n't")]
    private static partial Regex Mark();

    [GeneratedRegex("[，。；,;]")]
    private static partial Regex Clause();

    private sealed record Sample(int Number, string Text, string Reference);
}
