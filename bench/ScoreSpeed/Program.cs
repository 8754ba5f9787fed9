using System.Globalization;
using Pipeline.Inference.Tests;
using Pipeline.ScoreSpeed;
using Pipeline.TextMetrics;
using Pipeline.TextMetrics.Rouge;
using Pipeline.TextMetrics.Tokenization;

// dotnet run -c Release --project bench/ScoreSpeed [-- MODULE.py ...]: figures for bench/results/rouge.md. Of plain_rouge.py and of every MODULE.py
// the function scores(reference, candidate) is timed on the same pairs in the same run.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var orders = WorkOrders.All;
var pairs = Texts.Pairs(orders, count: 2000, reference: 200, candidate: 80);
var tokenizer = Tokenizers.Get("char");
var scorer = new RougeScorer(tokenizer);

Console.WriteLine("| what | pairs/s |");
Console.WriteLine("| --- | --: |");
var one = Speed.OfOneThread(pairs, pair => scorer.Score(pair.Candidate, pair.Reference).RougeL.F);
Tell("four ROUGE types, one thread, CPU time", one);
var clock = Speed.OfThreads(1, pairs, pair => scorer.Score(pair.Candidate, pair.Reference).RougeL.F);
Tell("the same by the clock", clock);
for (var threads = 2; threads <= Environment.ProcessorCount; threads *= 2)
{
    var several = Speed.OfThreads(threads, pairs, pair => scorer.Score(pair.Candidate, pair.Reference).RougeL.F);
    Tell($"{threads} threads by the clock, {several / clock:F2} times one", several);
}

foreach (var module in (string[])[Path.Combine("bench", "ScoreSpeed", "plain_rouge.py"), .. args])
{
    var plain = Python.PairsPerSecond(module, pairs[..500]);
    Tell($"{Path.GetFileName(module)}, one thread, CPU time: {one / plain:N0} times slower", plain);
}

var summaries = orders.Select(order => new TextPair(order.Text, order.Reference)).ToArray();
Tell(
    $"text statistics of the sample's references, {summaries.Average(pair => pair.Reference.Length):F0} characters each, one thread, CPU time",
    Speed.OfOneThread(summaries, pair => TextStatistics.Of(pair.Candidate, pair.Reference, tokenizer).Fragments.Coverage));

var longPairs = Texts.Pairs(orders, count: 20, reference: 2000, candidate: 2000);
Console.WriteLine();
Console.WriteLine($"2,000 x 2,000 characters: {1000 / Speed.OfOneThread(longPairs, pair => scorer.Score(pair.Candidate, pair.Reference).RougeL.F):F2} ms");

static void Tell(string what, double pairsPerSecond) => Console.WriteLine($"| {what} | {pairsPerSecond:N0} |");
