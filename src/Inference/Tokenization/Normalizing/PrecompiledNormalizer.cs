using System.Globalization;
using System.Text;

namespace Pipeline.Inference.Tokenization.Normalizing;

/// <summary>
/// SentencePiece's character map as the reference applies it: a grapheme cluster of less than 6 bytes is looked up as a whole, and
/// replaced as a whole by its shortest match; otherwise each of its code points is looked up alone.
/// </summary>
internal sealed class PrecompiledNormalizer : INormalizer
{
    private const int LongestCluster = 5;

    private readonly CharacterMap _map;

    // What becomes of each BMP character alone; null means that it stays.
    private readonly string?[] _single = new string?[0x10000];

    public PrecompiledNormalizer(CharacterMap map)
    {
        _map = map;
        Span<byte> utf8 = stackalloc byte[4];
        for (var unit = 0; unit < _single.Length; unit++)
        {
            if (Rune.IsValid(unit) && map.TryReplace(utf8[..new Rune(unit).EncodeToUtf8(utf8)], out var replacement))
            {
                _single[unit] = Encoding.UTF8.GetString(replacement);
            }
        }
    }

    public void Normalize(AlignedText source, AlignedText target)
    {
        var text = source.Units;
        for (var i = 0; i < text.Length;)
        {
            if (StandsAlone(text[i]) && (i + 1 == text.Length || StandsAlone(text[i + 1])))
            {
                AppendUnit(source, i++, target);
                continue;
            }

            var length = StringInfo.GetNextTextElementLength(text[i..]);
            AppendCluster(source, i, length, target);
            i += length;
        }
    }

    /// <summary>
    /// Characters of common texts that form no cluster with each other. Carriage return and line feed do; U+00AD and the other controls
    /// below U+0300 never join.
    /// </summary>
    private static bool StandsAlone(char unit) => unit is < '\u0300' and not '\r' or >= '\u3400' and < '\uA000' or >= '\u3000' and < '\u302A'
        or >= '\uFF00' and < '\uFF9E';

    private void AppendUnit(AlignedText source, int index, AlignedText target)
    {
        var replacement = _single[source.Units[index]];
        if (replacement is null)
        {
            target.Append(source, index, 1);
        }
        else
        {
            target.Append(replacement, source.Source(index, index + 1));
        }
    }

    private void AppendCluster(AlignedText source, int start, int length, AlignedText target)
    {
        var cluster = source.Units.Slice(start, length);
        // One unit has at least one byte of UTF-8, so a longer cluster need not be encoded.
        Span<byte> utf8 = stackalloc byte[LongestCluster * 3];
        if (length <= LongestCluster && Encoding.UTF8.GetBytes(cluster, utf8) is <= LongestCluster and var bytes
            && _map.TryReplace(utf8[..bytes], out var replacement))
        {
            AppendUtf8(replacement, source.Source(start, start + length), target);
            return;
        }

        for (var i = 0; i < length;)
        {
            var point = CodePoint.At(cluster, i, out var units);
            if (units == 1)
            {
                AppendUnit(source, start + i, target);
            }
            else if (_map.TryReplace(utf8[..new Rune(point).EncodeToUtf8(utf8)], out replacement))
            {
                AppendUtf8(replacement, source.Source(start + i, start + i + units), target);
            }
            else
            {
                target.Append(source, start + i, units);
            }

            i += units;
        }
    }

    private static void AppendUtf8(ReadOnlySpan<byte> utf8, TextSpan origin, AlignedText target)
    {
        Span<char> units = stackalloc char[2];
        while (!utf8.IsEmpty)
        {
            Rune.DecodeFromUtf8(utf8, out var rune, out var bytes);
            target.Append(units[..rune.EncodeToUtf16(units)], origin);
            utf8 = utf8[bytes..];
        }
    }
}
