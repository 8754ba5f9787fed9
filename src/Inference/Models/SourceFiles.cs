using System.Collections.Immutable;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Models;

/// <summary>The files of a downloaded folder that an import reads.</summary>
internal static class SourceFiles
{
    private static readonly string[] s_settings =
        ["config.json", "generation_config.json", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json"];

    /// <summary>Paths by name within the folder.</summary>
    /// <param name="folder">The source.</param>
    /// <param name="weights">Paths of the weights' files.</param>
    public static IReadOnlyDictionary<string, string> List(string folder, IEnumerable<string> weights) => s_settings.Concat(SubwordTokenizer.FileNames)
        .Select(name => Path.Combine(folder, name)).Where(File.Exists)
        .Concat(weights)
        .ToImmutableSortedDictionary(path => Path.GetRelativePath(folder, path).Replace('\\', '/'), path => path, StringComparer.Ordinal);

    /// <summary>Copies the tokenizer byte for byte.</summary>
    public static void CopyTokenizer(string folder, string target)
    {
        foreach (var name in SubwordTokenizer.FileNames.Where(name => File.Exists(Path.Combine(folder, name))))
        {
            using var source = File.OpenRead(Path.Combine(folder, name));
            using var copy = new FileStream(Path.Combine(target, name), FileMode.CreateNew);
            source.CopyTo(copy);
            copy.Flush(flushToDisk: true);
        }
    }

    /// <summary>The licence that the head of README.md states; null when it states none.</summary>
    public static string? License(string folder)
    {
        var path = Path.Combine(folder, "README.md");
        if (!File.Exists(path) || File.ReadLines(path).FirstOrDefault()?.Trim() != "---")
        {
            return null;
        }

        const string Key = "license:";
        var line = File.ReadLines(path).Skip(1).Take(200).TakeWhile(line => line.Trim() != "---")
            .FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
        return line?[Key.Length..].Trim().Trim('"', '\'') is { Length: > 0 and <= 100 } license ? license : null;
    }
}
