using System.Buffers;
using System.Text;

namespace Pipeline.Inference.Tokenization.Vocabularies;

/// <summary>
/// Byte-pair encoding over the bytes of UTF-8: of all neighbouring tokens that have a merge, the pair with the first merge in the list
/// (the leftmost of equal ones) becomes one token, until none is left. A heap keeps that at n log n for a text without a single cut.
/// </summary>
internal sealed class ByteLevelBpe : ISubwordModel
{
    private readonly Vocabulary _vocabulary;
    private readonly int[] _byteTokens;
    private readonly int[] _merged;
    private readonly PairTable _merges;

    /// <param name="vocabulary">All tokens.</param>
    /// <param name="byteTokens">Token of each byte; bytes that UTF-8 never has may have none.</param>
    /// <param name="merges">Rank of each pair of tokens.</param>
    /// <param name="merged">What a pair becomes, by rank.</param>
    public ByteLevelBpe(Vocabulary vocabulary, int[] byteTokens, PairTable merges, int[] merged) =>
        (_vocabulary, _byteTokens, _merges, _merged) = (vocabulary, byteTokens, merges, merged);

    public void Tokenize(AlignedText text, TextSpan piece, bool plain, TokenBuffer tokens)
    {
        var units = text.Units.Slice(piece.Start, piece.Length);
        var utf8 = ArrayPool<byte>.Shared.Rent(units.Length * 3);
        var bytes = utf8.AsSpan(0, Encoding.UTF8.GetBytes(units, utf8));
        var rentedSymbols = ArrayPool<Symbol>.Shared.Rent(bytes.Length);
        var symbols = rentedSymbols.AsSpan(0, bytes.Length);
        // Each merge takes one pair away and makes two at most.
        var candidates = ArrayPool<ulong>.Shared.Rent(bytes.Length * 3);

        Merge(bytes, symbols, new MinHeap(candidates), plain);
        Emit(symbols, text, piece, tokens);

        ArrayPool<ulong>.Shared.Return(candidates);
        ArrayPool<Symbol>.Shared.Return(rentedSymbols);
        ArrayPool<byte>.Shared.Return(utf8);
    }

    private void Merge(ReadOnlySpan<byte> bytes, Span<Symbol> symbols, MinHeap candidates, bool plain)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            symbols[i] = new Symbol { Id = _byteTokens[bytes[i]], Previous = i - 1, Next = i + 1 };
        }

        for (var i = 0; i < symbols.Length; i++)
        {
            Consider(symbols, i, ref candidates, plain);
        }

        while (candidates.TryPop(out var candidate))
        {
            var (rank, at) = ((int)(candidate >> 32), (int)candidate);
            ref var left = ref symbols[at];
            if (left.Rank != rank)
            {
                // The pair is no more: one of the two has merged with another neighbour.
                continue;
            }

            symbols[left.Next].Rank = -1;
            left.Id = _merged[rank];
            left.Next = symbols[left.Next].Next;
            if (left.Next < symbols.Length)
            {
                symbols[left.Next].Previous = at;
            }

            Consider(symbols, at, ref candidates, plain);
            if (left.Previous >= 0)
            {
                Consider(symbols, left.Previous, ref candidates, plain);
            }
        }
    }

    /// <summary>Looks up the merge of a symbol with the next one.</summary>
    private void Consider(Span<Symbol> symbols, int at, ref MinHeap candidates, bool plain)
    {
        ref var symbol = ref symbols[at];
        var rank = symbol.Next < symbols.Length ? _merges.Find(symbol.Id, symbols[symbol.Next].Id) : -1;
        symbol.Rank = rank;
        if (rank < 0)
        {
            return;
        }

        if (plain && _vocabulary.IsReserved(_merged[rank]))
        {
            symbol.Rank = -1;
            return;
        }

        candidates.Push((ulong)rank << 32 | (uint)at);
    }

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

    private struct Symbol
    {
        public int Id;
        public int Previous;
        public int Next;

        /// <summary>Rank of the merge with the next symbol, or -1.</summary>
        public int Rank;
    }
}
