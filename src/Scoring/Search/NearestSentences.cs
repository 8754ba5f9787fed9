using Pipeline.Inference.Lexical;

namespace Pipeline.Scoring.Search;

/// <summary>The sentences that have most of a question's words: the answer of engines that select and can't be told a question.</summary>
internal static class NearestSentences
{
    private const int Most = 3;

    /// <summary>Others than the best need this share of its similarity.</summary>
    private const double LeastShare = 0.5;

    private const string Marks = "。！？!?；;\n";

    /// <summary>At most three, the nearest first; none when no sentence shares a word with the question.</summary>
    public static IReadOnlyList<string> Find(string question, IReadOnlyList<string> sources)
    {
        var similarity = new LexicalSimilarity(AskingWords.Without(question));
        var sentences = sources.SelectMany(Split).Distinct().Select(sentence => (Text: sentence, Similarity: similarity.With(sentence)))
            .OrderByDescending(sentence => sentence.Similarity).Take(Most).ToList();
        return [.. sentences.Where(sentence => sentence.Similarity > 0 && sentence.Similarity >= LeastShare * sentences[0].Similarity).Select(sentence => sentence.Text)];
    }

    /// <summary>One text of them.</summary>
    public static string Join(IReadOnlyList<string> sentences) => string.Concat(sentences.Select(sentence =>
        // Cut at a line's end it has no mark; one of ASCII has a space behind it.
        !char.IsPunctuation(sentence[^1]) ? sentence + "。" : char.IsAscii(sentence[^1]) ? sentence + " " : sentence)).TrimEnd();

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            // A full stop ends a sentence where a space follows; elsewhere it belongs to a number or a name.
            var isEnd = i + 1 == text.Length || Marks.Contains(text[i], StringComparison.Ordinal) || (text[i] == '.' && char.IsWhiteSpace(text[i + 1]));
            if (isEnd && text[start..(i + 1)].Trim() is { Length: > 0 } sentence)
            {
                yield return sentence;
                start = i + 1;
            }
        }
    }
}
