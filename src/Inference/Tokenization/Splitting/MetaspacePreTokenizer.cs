namespace Pipeline.Inference.Tokenization.Splitting;

/// <summary>
/// Writes spaces as a visible character, puts one in front of a piece, and cuts before each. The character in front stands for the same
/// source as the first one behind it.
/// </summary>
internal sealed class MetaspacePreTokenizer(char replacement, PrefixScheme prefix, bool split) : IPreTokenizer
{
    public void Split(Pieces source, Pieces target)
    {
        var written = target.ResetToOwnText();
        var text = source.Text.Units;
        foreach (var range in source.Ranges)
        {
            var start = written.Length;
            var first = source.Text.Source(range.Start, range.Start + 1);
            if (text[range.Start] != ' ' && text[range.Start] != replacement
                && (prefix == PrefixScheme.Always || (prefix == PrefixScheme.First && first.Start == 0)))
            {
                written.Append(replacement, first);
            }

            for (var i = range.Start; i < range.End; i++)
            {
                var isSpace = text[i] == ' ' || text[i] == replacement;
                if (isSpace && split)
                {
                    target.Add(start, written.Length);
                    start = written.Length;
                }

                written.Append(isSpace ? replacement : text[i], source.Text.Source(i, i + 1));
            }

            target.Add(start, written.Length);
        }
    }
}
