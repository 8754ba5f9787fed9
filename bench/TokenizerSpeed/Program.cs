using System.Globalization;
using Pipeline.Inference.Tokenization;
using Pipeline.TokenizerSpeed;

// dotnet run -c Release --project bench/TokenizerSpeed [SHARED]: a table for bench/results/tokenizers.md, one core, CPU time. SHARED is the
// folder with the models of public data (../shared); without it, the byte-level tokenizers alone are measured.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var root = Environment.CurrentDirectory;
var shared = args.Length > 0 ? args[0] : Path.Combine(root, "..", "shared");
var texts = Corpus.Read(root, shared);
Console.WriteLine($"{texts.Length:N0} texts, {Corpus.Bytes(texts) / 1e6:F2} MB of UTF-8, {texts.Average(text => text.Length):F0} characters each");
Console.WriteLine();
Console.WriteLine("| tokenizer | tokens | load, s | MB/s | Microsoft.ML.Tokenizers, MB/s | ratio | right answers of it | allocated, MB per MB |");
Console.WriteLine("| --- | --: | --: | --: | --: | --: | --: | --: |");
foreach (var subject in Subject.All(root, shared))
{
    using var folder = subject.Open();
    var before = Environment.CpuUsage.TotalTime;
    var tokenizer = SubwordTokenizer.Load(folder.Path);
    var load = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    var ours = Speed.Measure(texts, text => tokenizer.Encode(text, SpecialTokens.Recognize, addSpecialTokens: false).Ids.Length);
    var line = $"| {subject.Name} | {tokenizer.VocabularySize:N0} | {load:F2} | {ours.MegabytesPerSecond:F1} |";
    if (subject.Peer(folder) is { } peer)
    {
        var theirs = Speed.Measure(texts, text => peer(text).Count);
        line += $" {theirs.MegabytesPerSecond:F1} | {ours.MegabytesPerSecond / theirs.MegabytesPerSecond:F1} | {subject.Agreement(peer)} |";
    }
    else
    {
        line += " | | |";
    }

    Console.WriteLine($"{line} {ours.AllocatedPerMegabyte / 1e6:F1} |");
}
