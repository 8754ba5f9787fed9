using System.Globalization;
using Pipeline.LoadTest;

// bench/load.sh starts the servers and this program: counts of work orders, separated by commas; the repository; the recipe.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var run = new LoadRun(root: args[1], recipe: args.Length > 2 ? args[2] : "extractive");
List<LoadResult> results = [];
foreach (var count in args[0].Split(','))
{
    results.Add(await run.RunAsync(int.Parse(count, CultureInfo.InvariantCulture)));
    LoadReport.WriteRun(Console.Out, results[^1]);
}

if (results.Count > 1)
{
    LoadReport.WriteGrowth(Console.Out, results);
}
