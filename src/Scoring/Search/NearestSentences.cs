using Pipeline.Inference.Lexical;

namespace Pipeline.Scoring.Search;

/// <summary>The sentences that have most of a question's words: the answer of engines that select and can't be told a question.</summary>
internal static class NearestSentences
{
    private const int Most = 3;

    /// <summary>A character that every text has (的) is no word in common.</summary>
    private const double LeastSimilarity = 0.1;

    /// <summary>Others than the best need this share of its similarity.</summary>
    private const double LeastShare = 0.5;

    /// <summary>A sentence of so many characters ends at the next comma too.</summary>
    private const int Long = 100;

    private const string Marks = "。！？!?；;…\n";
    private const string Commas = "，,";
    private const string Closing = "”』」）\"')";

    /// <summary>At most three, the nearest first, each with a mark at its end; none when no sentence shares a word with the question.</summary>
    public static IReadOnlyList<string> Find(string question, IReadOnlyList<string> sources)
    {
        var similarity = new LexicalSimilarity(AskingWords.Without(question));
        var sentences = sources.SelectMany(Split).Distinct().Select(sentence => (Text: sentence, Similarity: similarity.With(sentence)))
            .OrderByDescending(sentence => sentence.Similarity).Take(Most).ToList();
        return
        [
            .. sentences.Where(sentence => sentence.Similarity >= Math.Max(LeastSimilarity, LeastShare * sentences[0].Similarity)).Select(sentence => WithMark(sentence.Text)),
        ];
    }

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            // A full stop ends a sentence where a space follows; elsewhere it belongs to a number or a name.
            if (i + 1 < text.Length && !Marks.Contains(text[i], StringComparison.Ordinal) && !(text[i] == '.' && char.IsWhiteSpace(text[i + 1]))
                && !(i - start >= Long && Commas.Contains(text[i], StringComparison.Ordinal)))
            {
                continue;
            }

            while (i + 1 < text.Length && Closing.Contains(text[i + 1], StringComparison.Ordinal))
            {
                i++;
            }

            if (text[start..(i + 1)].Trim() is { Length: > 0 } sentence)
            {
                yield return sentence;
            }

            start = i + 1;
        }
    }

    // At the end of a line it may have none.
    private static string WithMark(string sentence)
    {
        var text = sentence.TrimEnd('，', ',');
        var last = text.AsSpan().TrimEnd(Closing) is { Length: > 0 } inner ? inner[^1] : '。';
        return last == '.' || Marks.Contains(last, StringComparison.Ordinal) ? text : text + (char.IsAscii(last) ? "." : "。");
    }
}
