using System.Buffers;

namespace Pipeline.Inference.Tokenization.Splitting;

/// <summary>
/// BLOOM's pattern: an optional space and characters that are neither white space nor one of its punctuation marks are a piece, and so is
/// what lies between two of those. The reference reads the nested set of the pattern as a union.
/// </summary>
internal sealed class BloomPreTokenizer : IPreTokenizer
{
    public const string Pattern = " ?[^(\\s|[.,!?…。，、।۔،])]+";

    private static readonly SearchValues<char> Separators = SearchValues.Create(
        [.. "(|).,!?…。，、।۔،", .. Enumerable.Range(0, char.MaxValue).Select(unit => (char)unit).Where(char.IsWhiteSpace)]);

    public void Split(Pieces source, Pieces target)
    {
        target.Reset(source.Text);
        foreach (var range in source.Ranges)
        {
            var text = source.Text.Units[..range.End];
            for (var i = range.Start; i < range.End;)
            {
                var gap = text[i..].IndexOfAnyExcept(Separators);
                var word = gap < 0 ? range.End : i + gap;
                var start = gap > 0 && text[word - 1] == ' ' ? word - 1 : word;
                target.Add(i, start);
                var length = text[word..].IndexOfAny(Separators);
                i = length < 0 ? range.End : word + length;
                target.Add(start, i);
            }
        }
    }
}
