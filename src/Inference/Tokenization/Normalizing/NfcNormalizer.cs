using System.Buffers;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Inference.Tokenization.Normalizing;

/// <summary>Unicode normalization form C. The units of a composed segment stand for all of it.</summary>
internal sealed class NfcNormalizer : INormalizer
{
    public void Normalize(AlignedText source, AlignedText target)
    {
        var text = source.Units;
        var copied = 0;
        for (var i = 0; i < text.Length;)
        {
            if (IsInert(text[i]) && (i + 1 == text.Length || IsInert(text[i + 1])))
            {
                i++;
                continue;
            }

            var length = CanonicalForm.SegmentLength(text[i..]);
            var composed = ArrayPool<char>.Shared.Rent(length * CanonicalForm.LargestGrowth);
            var units = composed.AsSpan(0, CanonicalForm.Compose(text.Slice(i, length), composed));
            if (!units.SequenceEqual(text.Slice(i, length)))
            {
                target.Append(source, copied, i - copied);
                target.Append(units, source.Source(i, i + length));
                copied = i + length;
            }

            ArrayPool<char>.Shared.Return(composed);
            i += length;
        }

        target.Append(source, copied, text.Length - copied);
    }

    /// <summary>Characters of common texts that neither change nor join another one; for the others the table is asked.</summary>
    private static bool IsInert(char unit) => unit
        is < '\u0300' or >= '\u3400' and < '\uA000' or >= '\u3000' and < '\u302A' or >= '\uFF00' and < '\uFFE0';
}
