using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Rouge;

/// <summary>The buffers one pair is scored in. They grow to the longest text seen and are then reused without allocation.</summary>
internal sealed class RougeWorkspace
{
    private const int LargestKept = 100_000;

    private readonly Vocabulary _vocabulary = new();
    private readonly TokenBuffer _candidate;
    private readonly TokenBuffer _reference;
    private readonly UnigramOverlap _unigrams = new();
    private readonly BigramOverlap _bigrams = new();
    private readonly LongestCommonSubsequence _lcs = new();
    private readonly UnionLcs _union;

    public RougeWorkspace()
    {
        _candidate = new TokenBuffer(_vocabulary);
        _reference = new TokenBuffer(_vocabulary);
        _union = new UnionLcs(_lcs);
    }

    /// <summary>False after a text so long that its buffers should rather be collected.</summary>
    public bool IsWorthKeeping => _vocabulary.Count + _candidate.Count + _reference.Count < LargestKept;

    public void Start(Tokenizer tokenizer, string candidate)
    {
        _vocabulary.Clear();
        _candidate.Clear();
        tokenizer.Tokenize(candidate, _candidate);
    }

    public RougeScores Score(Tokenizer tokenizer, string reference)
    {
        _reference.Clear();
        tokenizer.Tokenize(reference, _reference);

        var r = _reference.Ids;
        var c = _candidate.Ids;
        var lcs = _lcs.Length(r, c, _vocabulary.Count);
        // An LCS of one line is its own union, and needs no clipping.
        var union = _reference.LineEnds.Count <= 1 && _candidate.LineEnds.Count <= 1
            ? lcs
            : _union.Hits(_reference, _candidate, _vocabulary.Count);

        return new RougeScores(
            Of(r.Length, c.Length, _unigrams.Hits(r, c, _vocabulary.Count)),
            Of(Math.Max(r.Length - 1, 0), Math.Max(c.Length - 1, 0), _bigrams.Hits(r, c)),
            Of(r.Length, c.Length, lcs),
            Of(r.Length, c.Length, union));
    }

    private static RougeScore Of(int reference, int candidate, int hits) => new(new RougeCounts(reference, candidate, hits));
}
