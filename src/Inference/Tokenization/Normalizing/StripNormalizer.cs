namespace Pipeline.Inference.Tokenization.Normalizing;

/// <summary>Removes white space at the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    public void Normalize(AlignedText source, AlignedText target)
    {
        var start = 0;
        var end = source.Length;
        while (right && end > 0 && char.IsWhiteSpace(source.Units[end - 1]))
        {
            end--;
        }

        while (left && start < end && char.IsWhiteSpace(source.Units[start]))
        {
            start++;
        }

        target.Append(source, start, end - start);
    }
}
