using System.Globalization;
using System.IO.Compression;

namespace Pipeline.TextMetrics.Tokenization;

/// <summary>
/// jieba's word counts and character model (version 0.42.1), unpacked at first use: some 350,000 words with all their beginnings, about 50 MB.
/// </summary>
internal sealed class JiebaDictionary
{
    private static readonly Lazy<JiebaDictionary> _shared = new(() => new JiebaDictionary());

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _counts;
    private readonly Dictionary<(char State, char Character), double> _emissions;

    private JiebaDictionary()
    {
        var counts = new Dictionary<string, int>(600_000, StringComparer.Ordinal);
        _counts = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var total = 0L;
        foreach (var line in Lines("jieba-words.br"))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var count = int.Parse(line.AsSpan(space + 1), CultureInfo.InvariantCulture);
            counts[line[..space]] = count;
            total += count;
            for (var length = 1; length < space; length++)
            {
                // A beginning of a word, which is not one itself, keeps the search going.
                _counts.TryAdd(line.AsSpan(0, length), 0);
            }
        }

        LogTotal = Math.Log(total);
        _emissions = Lines("jieba-hmm.br").ToDictionary(
            line => (line[0], line[1]), line => double.Parse(line.AsSpan(2), CultureInfo.InvariantCulture));
    }

    public static JiebaDictionary Shared => _shared.Value;

    /// <summary>Logarithm of the sum of all counts.</summary>
    public double LogTotal { get; }

    /// <summary>How often the word was counted; 0 for the beginning of a longer word, null for anything else.</summary>
    public int? Count(ReadOnlySpan<char> word) => _counts.TryGetValue(word, out var count) ? count : null;

    /// <summary>Logarithm of the probability of a character in a state; null where it was never seen.</summary>
    public double? Emission(char state, char character) => _emissions.TryGetValue((state, character), out var value) ? value : null;

    private static IEnumerable<string> Lines(string resource)
    {
        using var packed = typeof(JiebaDictionary).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource '{resource}' is not embedded.");
        using var reader = new StreamReader(new BrotliStream(packed, CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
