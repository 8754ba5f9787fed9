using System.Buffers;
using System.Text.RegularExpressions;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.TextMetrics.Facts;

/// <summary>
/// Finds what a summary asserts and its source only denies, or the other way round: 已恢复 for 没有恢复. Two characters (the next word, in English)
/// behind a negation stand for what is denied. Requests, questions and failures are left out: who asks for a repair has none, and 登录失败
/// is 无法登录.
/// </summary>
internal static partial class NegationFlips
{
    private const int Reach = 4;
    private const int RequestReach = 10;
    private const int EnglishReach = 1;

    private static readonly SearchValues<char> _clauseMarks = SearchValues.Create("，,。；;！!？?\n：:、");
    private static readonly SearchValues<char> _sentenceMarks = SearchValues.Create(".,;!?\n");
    private static readonly SearchValues<char> _negations = SearchValues.Create("不未没无别勿非");

    private static readonly SearchValues<string> _requests = SearchValues.Create(
        ["请", "求", "望", "盼", "建议", "申请", "尽快", "需", "应", "能否", "是否", "可否", "何时", "多久", "咨询", "问", "待", "拟", "再", "要", "希", "为了", "如"],
        StringComparison.Ordinal);

    private static readonly SearchValues<string> _failures = SearchValues.Create(
        ["失败", "异常", "故障", "困难", "慢", "受阻", "中断", "错", "超时", "难", "拒", "停", "缺", "禁", "失", "坏", "差", "不", "无", "没", "未", "前", "后"],
        StringComparison.Ordinal);

    private static readonly HashSet<string> _englishRequests =
        ["please", "pls", "want", "wants", "ask", "asks", "request", "requests", "need", "needs", "whether", "should", "must", "to", "until", "before", "if"];

    private static readonly HashSet<string> _emptyWords =
        ["been", "being", "have", "there", "that", "this", "with", "from", "them", "they", "when", "what", "only", "more", "than", "very", "just", "even", "much", "will", "would", "could", "were", "does"];

    /// <summary>Places in the summary.</summary>
    public static IReadOnlyList<(int Start, int Length)> Find(string summary, string source)
    {
        var flips = new List<(int, int)>();
        foreach (var stem in Stems(source).Concat(Stems(summary)).Distinct())
        {
            // Which way does each text put it? A text that does both says something finer than can be told here.
            var (told, denied) = Occurrences(source, stem);
            var (claims, denials) = Occurrences(summary, stem);
            if (told.Count == 0 && denied.Count > 0 && denials.Count == 0)
            {
                flips.AddRange(claims.Where(at => IsPlain(summary, at)).Select(at => (at, stem.Length)));
            }
            else if (denied.Count == 0 && told.Count > 0 && claims.Count == 0 && told.All(at => IsPlain(source, at)))
            {
                flips.AddRange(denials.Select(at => (at, stem.Length)));
            }
        }

        flips.AddRange(FindEnglish(summary, source));
        return flips;
    }

    private static IEnumerable<string> Stems(string text) => Denied().Matches(text).Select(match => match.Groups["stem"].Value);

    private static (List<int> Told, List<int> Denied) Occurrences(string text, string stem)
    {
        var (told, denied) = (new List<int>(), new List<int>());
        for (var at = text.IndexOf(stem, StringComparison.Ordinal); at >= 0; at = text.IndexOf(stem, at + 1, StringComparison.Ordinal))
        {
            (Before(text, at, Reach).ContainsAny(_negations) ? denied : told).Add(at);
        }

        return (told, denied);
    }

    /// <summary>Whether it is told as a fact: neither asked for nor said to fail.</summary>
    private static bool IsPlain(string text, int at)
    {
        var behind = text.AsSpan(at + 2, Math.Min(Reach, text.Length - at - 2));
        var end = behind.IndexOfAny(_clauseMarks);
        behind = end < 0 ? behind : behind[..end];
        return !Before(text, at, RequestReach).ContainsAny(_requests) && !Before(text, at, Reach).ContainsAny(_failures)
            && !behind.ContainsAny(_failures) && !behind.StartsWith("吗") && !behind.StartsWith("时间");
    }

    /// <summary>The characters before a place, in its clause.</summary>
    private static ReadOnlySpan<char> Before(string text, int at, int reach)
    {
        var before = text.AsSpan(Math.Max(0, at - reach), Math.Min(reach, at));
        return before[(before.LastIndexOfAny(_clauseMarks) + 1)..];
    }

    private static IEnumerable<(int Start, int Length)> FindEnglish(string summary, string source)
    {
        var claims = Words(summary);
        if (claims.Count == 0)
        {
            return [];
        }

        var facts = Words(source).ToLookup(word => word.Text);
        return claims.GroupBy(word => word.Text)
            .Where(word => facts.Contains(word.Key))
            .Where(word => word.All(claim => !claim.IsDenied && !claim.IsAsked) && facts[word.Key].All(fact => fact.IsDenied)
                || (word.All(claim => claim.IsDenied) && facts[word.Key].All(fact => !fact.IsDenied && !fact.IsAsked)))
            .SelectMany(word => word.Select(claim => (claim.Start, claim.Text.Length)));
    }

    private static List<EnglishWord> Words(string text)
    {
        var words = new List<EnglishWord>();
        var (denied, asked, sentence) = (0, false, 0);
        foreach (Match match in Latin().Matches(text))
        {
            if (text.AsSpan(sentence, match.Index - sentence).ContainsAny(_sentenceMarks))
            {
                (denied, asked) = (0, false);
            }

            sentence = match.Index + match.Length;
            var word = match.Value.ToLowerInvariant();
            asked |= _englishRequests.Contains(word);
            if (word is "not" or "no" or "never" or "without" or "cannot" or "unable" || word.EndsWith("n't", StringComparison.Ordinal))
            {
                denied = EnglishReach;
            }
            else if (word.Length > 3 && !_emptyWords.Contains(word) && !Script.IsUnspaced(word[0]))
            {
                words.Add(new(match.Index, word, denied > 0, asked));
                denied--;
            }
        }

        return words;
    }

    [GeneratedRegex("(?:没有|没能|未能|未曾|尚未|无法|不能|不会|不再|并未|不|未|没)(?<stem>[\u4e00-\u9fff]{2})")]
    private static partial Regex Denied();

    [GeneratedRegex("[A-Za-z]+(?:['’]t)?")]
    private static partial Regex Latin();

    private readonly record struct EnglishWord(int Start, string Text, bool IsDenied, bool IsAsked);
}
