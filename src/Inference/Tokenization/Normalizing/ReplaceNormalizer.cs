namespace Pipeline.Inference.Tokenization.Normalizing;

/// <summary>
/// Replaces each occurrence of a string or, with <paramref name="isRun"/>, each run of at least two of it: the pattern <c> {2,}</c> of
/// SentencePiece's files.
/// </summary>
internal sealed class ReplaceNormalizer(string pattern, bool isRun, string content) : INormalizer
{
    public void Normalize(AlignedText source, AlignedText target)
    {
        var text = source.Units;
        var copied = 0;
        for (var i = 0; text[i..].IndexOf(pattern, StringComparison.Ordinal) is var next and >= 0;)
        {
            var start = i + next;
            i = start + pattern.Length;
            while (isRun && text[i..].StartsWith(pattern, StringComparison.Ordinal))
            {
                i += pattern.Length;
            }

            if (!isRun || i > start + pattern.Length)
            {
                target.Append(source, copied, start - copied);
                target.Append(content, source.Source(start, i));
                copied = i;
            }
        }

        target.Append(source, copied, text.Length - copied);
    }
}
