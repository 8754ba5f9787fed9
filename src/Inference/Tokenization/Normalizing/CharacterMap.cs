using System.Buffers.Binary;

namespace Pipeline.Inference.Tokenization.Normalizing;

/// <summary>
/// SentencePiece's compiled character map: the size in bytes of a double-array trie over UTF-8 (32-bit little-endian units, in the layout
/// of darts-clone), the trie, and the replacements as zero-terminated UTF-8, which the trie's values point into.
/// </summary>
internal sealed class CharacterMap
{
    private readonly uint[] _trie;
    private readonly byte[] _replacements;

    /// <summary>Reads a map; a format exception says what is wrong with it.</summary>
    public CharacterMap(ReadOnlySpan<byte> file)
    {
        var trieBytes = file.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(file);
        if (trieBytes == 0 || trieBytes % 4 != 0 || trieBytes > file.Length - 4)
        {
            throw new FormatException($"the map has {file.Length} bytes, which do not hold the trie they announce");
        }

        _trie = new uint[trieBytes / 4];
        for (var i = 0; i < _trie.Length; i++)
        {
            _trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(file[(4 + i * 4)..]);
        }

        _replacements = file[(4 + (int)trieBytes)..].ToArray();
    }

    /// <summary>
    /// The replacement of the shortest key that <paramref name="text"/> begins with. The reference replaces the whole text by it, whatever
    /// follows the key.
    /// </summary>
    public bool TryReplace(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        var node = Offset(_trie[0]);
        foreach (var unit in text)
        {
            node ^= unit;
            if (unit == 0 || node >= _trie.Length || (_trie[node] & 0x8000_00FF) != unit)
            {
                break;
            }

            var isEnd = (_trie[node] >> 8 & 1) == 1;
            node ^= Offset(_trie[node]);
            if (isEnd && node < _trie.Length)
            {
                var start = (int)(_trie[node] & 0x7FFF_FFFF);
                var rest = _replacements.AsSpan(Math.Min(start, _replacements.Length));
                var end = rest.IndexOf((byte)0);
                replacement = end < 0 ? rest : rest[..end];
                return true;
            }
        }

        replacement = default;
        return false;
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);
}
