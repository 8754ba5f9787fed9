using System.Globalization;
using Pipeline.Extractive;
using Pipeline.Inference;
using Pipeline.Inference.Recipes;
using Pipeline.Inference.Tests;
using Pipeline.TextMetrics.Statistics;

// dotnet run -c Release --project bench/Extractive [-- FILE...]: the recipes without weights against the lead, and what each of their
// parts is worth, on the sample and on files of lines {"text": ..., "reference": ...}. With --show, summaries beside references.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var files = args.Where(arg => arg != "--show").ToList();
(string Name, IReadOnlyList<Pair> Pairs)[] sets =
[
    ("Sample, rows for tuning", [.. WorkOrders.All.Where(w => w.IsForTuning).Select(Pair.Of)]),
    ("Sample, rows for evaluation alone", [.. WorkOrders.All.Where(w => !w.IsForTuning).Select(Pair.Of)]),
    .. files.Select(path => (Path.GetFileName(path), Pair.Read(path))),
];

if (args.Contains("--show"))
{
    await ShowAsync();
    return;
}

foreach (var (name, pairs) in sets)
{
    await CompareAsync(name, pairs);
}

await TellCausesAsync();
await AblateAsync("extractive", Ablation.OfSummary);
await AblateAsync("extractive-title", Ablation.OfTitle);

async Task CompareAsync(string name, IReadOnlyList<Pair> pairs)
{
    Console.WriteLine($"## {name}\n");
    Console.WriteLine("| | texts | `lead` | `extractive-title` | over lead | `extractive` | over lead |");
    Console.WriteLine("| --- | --: | --: | --: | --: | --: | --: |");
    var (lead, title, summary) = (await Of("lead"), await Of("extractive-title"), await Of("extractive"));
    Row("all", _ => true);
    foreach (var group in pairs.SelectMany(p => p.Groups).Distinct().Order(StringComparer.Ordinal))
    {
        Row(group, i => pairs[i].Groups.Contains(group));
    }

    Console.WriteLine();

    Task<Scores> Of(string recipe) => Scores.OfAsync(EngineFactory.Baselines.CreateSummarizer(BuiltInRecipes.Find(recipe)), pairs);

    void Row(string group, Func<int, bool> isTaken)
    {
        var (l, t, s) = (lead.Where(isTaken), title.Where(isTaken), summary.Where(isTaken));
        Console.WriteLine($"| {group} | {l.Count} | {l.Mean:F1} | {t.Mean:F1} | {Interval(t.Over(l))} | {s.Mean:F1} | {Interval(s.Over(l))} |");
    }
}

async Task TellCausesAsync()
{
    Console.WriteLine("## Causes told\n");
    Console.WriteLine("| | tickets | `lead` | `extractive-title` | `extractive` | of these at least 0.4 |\n| --- | --: | --: | --: | --: | --: |");
    foreach (var (name, pairs) in sets[..^files.Count])
    {
        var (lead, title, summary) = (await Of("lead"), await Of("extractive-title"), await Of("extractive"));
        Console.WriteLine($"| {name} | {summary.Count} | {lead.Average():F2} | {title.Average():F2} | {summary.Average():F2} | {summary.Count(recall => recall >= 0.4)} |");

        Task<IReadOnlyList<double>> Of(string recipe) =>
            CauseRecall.OfAsync(EngineFactory.Baselines.CreateSummarizer(BuiltInRecipes.Find(recipe)), pairs);
    }

    Console.WriteLine();
}

async Task AblateAsync(string recipe, IReadOnlyList<(string Part, ISummarizer Engine)> engines)
{
    Console.WriteLine($"## What each part of `{recipe}` is worth\n");
    Console.WriteLine($"| without | {string.Join(" | ", sets.Select(set => set.Name))} |");
    Console.WriteLine($"| --- |{string.Concat(sets.Select(_ => " --: |"))}");
    var whole = new Scores[sets.Length];
    foreach (var (part, engine) in engines)
    {
        var cells = new List<string>();
        for (var i = 0; i < sets.Length; i++)
        {
            var scores = await Scores.OfAsync(engine, sets[i].Pairs);
            cells.Add(whole[i] is { } all ? Interval(scores.Over(all)) : $"{scores.Mean:F1}");
            whole[i] ??= scores;
        }

        Console.WriteLine($"| {part} | {string.Join(" | ", cells)} |");
    }

    Console.WriteLine();
}

async Task ShowAsync()
{
    string[] recipes = ["lead", "extractive-title", "extractive"];
    foreach (var (name, pairs) in sets)
    {
        Console.WriteLine($"## {name}\n");
        var texts = pairs.Select(pair => pair.Text).ToList();
        var summaries = new List<string[]>();
        foreach (var recipe in recipes)
        {
            var lines = new string[texts.Count];
            await foreach (var outcome in EngineFactory.Baselines.CreateSummarizer(BuiltInRecipes.Find(recipe)).SummarizeAsync(texts, CancellationToken.None))
            {
                lines[outcome.Index] = outcome.Value!.Text;
            }

            summaries.Add(lines);
        }

        for (var i = 0; i < pairs.Count; i++)
        {
            Console.WriteLine($"{string.Join(" / ", pairs[i].Groups)}\n{pairs[i].Text}\n  reference         {pairs[i].Reference}");
            for (var r = 0; r < recipes.Length; r++)
            {
                Console.WriteLine($"  {recipes[r],-17} {summaries[r][i]}");
            }

            Console.WriteLine();
        }
    }
}

static string Interval(ConfidenceInterval difference) => $"{Signed(difference.Mean)} ({Signed(difference.Low)} to {Signed(difference.High)})";

// Rounded first: "-0.0" says a direction that is not there.
static string Signed(double value) => Math.Round(value, 1).ToString("+0.0;-0.0;0.0", CultureInfo.CurrentCulture);
