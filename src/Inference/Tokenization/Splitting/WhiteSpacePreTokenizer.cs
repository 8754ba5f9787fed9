namespace Pipeline.Inference.Tokenization.Splitting;

/// <summary>Words between white space ("WhitespaceSplit").</summary>
internal sealed class WhiteSpacePreTokenizer : IPreTokenizer
{
    public void Split(Pieces source, Pieces target)
    {
        target.Reset(source.Text);
        var text = source.Text.Units;
        foreach (var range in source.Ranges)
        {
            var start = range.Start;
            for (var i = range.Start; i < range.End; i++)
            {
                if (char.IsWhiteSpace(text[i]))
                {
                    target.Add(start, i);
                    start = i + 1;
                }
            }

            target.Add(start, range.End);
        }
    }
}
