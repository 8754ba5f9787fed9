using System.Buffers;
using System.Text;

namespace Pipeline.Inference.Tokenization.Vocabularies;

/// <summary>
/// Byte-pair encoding over the bytes of UTF-8: of all neighbouring tokens that have a merge, the pair with the first merge in the list
/// (the leftmost of equal ones) becomes one token, until none is left. A heap finds it, so that a text without a single cut takes n log n.
/// </summary>
internal sealed class ByteLevelBpe : ISubwordModel
{
    private const int NoMerge = int.MaxValue;

    private readonly Vocabulary _vocabulary;
    private readonly int[] _byteTokens;
    private readonly int[] _merged;
    private readonly PairTable _merges;

    // Ranks of two bytes: half of all look-ups, and in a small part of this table.
    private readonly int[] _byteMerges = new int[256 * 256];

    /// <param name="vocabulary">All tokens.</param>
    /// <param name="byteTokens">Token of each byte; -1 for those that UTF-8 never has and the vocabulary lacks.</param>
    /// <param name="merges">Rank of each pair of tokens.</param>
    /// <param name="merged">What a pair becomes, by rank.</param>
    public ByteLevelBpe(Vocabulary vocabulary, int[] byteTokens, PairTable merges, int[] merged)
    {
        (_vocabulary, _byteTokens, _merges, _merged) = (vocabulary, byteTokens, merges, merged);
        for (var pair = 0; pair < _byteMerges.Length; pair++)
        {
            var (left, right) = (byteTokens[pair >> 8], byteTokens[pair & 0xFF]);
            _byteMerges[pair] = left < 0 || right < 0 ? -1 : merges.Find(left, right);
        }
    }

    public void Tokenize(AlignedText text, TextSpan piece, bool plain, TokenBuffer tokens)
    {
        var units = text.Units.Slice(piece.Start, piece.Length);
        var rentedBytes = ArrayPool<byte>.Shared.Rent(units.Length * 3);
        var bytes = rentedBytes.AsSpan(0, Encoding.UTF8.GetBytes(units, rentedBytes));
        var rentedSymbols = ArrayPool<Symbol>.Shared.Rent(bytes.Length);
        var symbols = rentedSymbols.AsSpan(0, bytes.Length);
        var rentedRanks = ArrayPool<int>.Shared.Rent(bytes.Length);
        var ranks = rentedRanks.AsSpan(0, bytes.Length);

        Begin(bytes, symbols, ranks, plain);
        MergeAll(symbols, ranks, plain);
        Emit(symbols, text, piece, tokens);
        ArrayPool<int>.Shared.Return(rentedRanks);
        ArrayPool<Symbol>.Shared.Return(rentedSymbols);
        ArrayPool<byte>.Shared.Return(rentedBytes);
    }

    /// <summary>One symbol a byte; the rank at each symbol's place is that of its merge with the next one.</summary>
    private void Begin(ReadOnlySpan<byte> bytes, Span<Symbol> symbols, Span<int> ranks, bool plain)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            symbols[i] = new Symbol { Id = _byteTokens[bytes[i]], Previous = i - 1, Next = i + 1 };
            ranks[i] = i + 1 < bytes.Length ? Allowed(_byteMerges[bytes[i] << 8 | bytes[i + 1]], plain) : NoMerge;
        }
    }

    private void MergeAll(Span<Symbol> symbols, Span<int> ranks, bool plain)
    {
        // Each merge takes one pair away and makes two at most.
        var memory = ArrayPool<ulong>.Shared.Rent(symbols.Length * 3);
        var candidates = new MinHeap(memory);
        for (var at = 0; at < ranks.Length; at++)
        {
            Push(ref candidates, ranks, at);
        }

        while (candidates.TryPop(out var candidate))
        {
            var (rank, at) = ((int)(candidate >> 32), (int)candidate);
            // Otherwise the pair is no more: one of the two has merged with another neighbour.
            if (ranks[at] == rank)
            {
                Merge(symbols, ranks, at, plain);
                Push(ref candidates, ranks, at);
                Push(ref candidates, ranks, symbols[at].Previous);
            }
        }

        ArrayPool<ulong>.Shared.Return(memory);
    }

    private static void Push(ref MinHeap candidates, ReadOnlySpan<int> ranks, int at)
    {
        if (at >= 0 && ranks[at] != NoMerge)
        {
            candidates.Push((ulong)ranks[at] << 32 | (uint)at);
        }
    }

    /// <summary>Makes a symbol and the next one into one, and looks up its merges with its new neighbours.</summary>
    private void Merge(Span<Symbol> symbols, Span<int> ranks, int at, bool plain)
    {
        ref var symbol = ref symbols[at];
        ranks[symbol.Next] = NoMerge;
        symbol.Id = _merged[ranks[at]];
        symbol.Next = symbols[symbol.Next].Next;
        ranks[at] = NoMerge;
        if (symbol.Next < symbols.Length)
        {
            symbols[symbol.Next].Previous = at;
            ranks[at] = Allowed(_merges.Find(symbol.Id, symbols[symbol.Next].Id), plain);
        }

        if (symbol.Previous >= 0)
        {
            ranks[symbol.Previous] = Allowed(_merges.Find(symbols[symbol.Previous].Id, symbol.Id), plain);
        }
    }

    private int Allowed(int rank, bool plain) => rank < 0 || (plain && _vocabulary.IsReserved(_merged[rank])) ? NoMerge : rank;

    /// <summary>Adds what is left, from bytes back to characters: a token that has a part of one covers all of it.</summary>
    private static void Emit(ReadOnlySpan<Symbol> symbols, AlignedText text, TextSpan piece, TokenBuffer tokens)
    {
        var units = text.Units;
        var unit = piece.Start;
        var firstByte = 0;
        var length = Length(units[unit]);
        for (var at = 0; at < symbols.Length; at = symbols[at].Next)
        {
            Advance(units, ref unit, ref firstByte, ref length, at);
            var start = unit;
            Advance(units, ref unit, ref firstByte, ref length, symbols[at].Next - 1);
            tokens.Add(symbols[at].Id, text.Source(start, unit + (length == 4 ? 2 : 1)));
        }
    }

    /// <summary>Goes on to the character that has a byte.</summary>
    private static void Advance(ReadOnlySpan<char> units, ref int unit, ref int firstByte, ref int length, int target)
    {
        while (firstByte + length <= target)
        {
            firstByte += length;
            unit += length == 4 ? 2 : 1;
            length = Length(units[unit]);
        }
    }

    /// <summary>Bytes in UTF-8 of the character that begins with a unit.</summary>
    private static int Length(char unit) => unit < 0x80 ? 1 : unit < 0x800 ? 2 : char.IsHighSurrogate(unit) ? 4 : 3;

    /// <summary>A token on the way; <see cref="Previous"/> and <see cref="Next"/> are places of the first bytes of its neighbours.</summary>
    private struct Symbol
    {
        public int Id;
        public int Previous;
        public int Next;
    }
}
