using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Generation.Memory;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Keys and values of rows in blocks of some tokens, which a row takes as it grows. Each layer has two tensors [blocks, tokens of a block, heads, head width].
/// Rows that go on from the same tokens share the blocks that are full. How a block's tokens lie in it is up to the graph.
/// </summary>
/// <param name="place">Where they lie.</param>
/// <param name="shape">What they are like.</param>
/// <param name="headWidth">Numbers of a token of a head, a scale among them where they have one.</param>
internal sealed class PagedCache(DecoderMemory place, CacheShape shape, int headWidth) : IDisposable
{
    private readonly Stack<int> _free = new();
    private readonly List<PagedRow> _rows = [];
    private int[] _users = [];
    private IntPtr _memory;

    /// <summary>Tokens of a block.</summary>
    public int BlockTokens => shape.Block;

    /// <summary>Blocks that there is memory for.</summary>
    public int Blocks => _users.Length;

    /// <summary>The tensors of all layers, keys first; the same until the memory grows.</summary>
    public OrtValue[] Tensors { get; private set; } = [];

    /// <summary>The rows, in order.</summary>
    public IReadOnlyList<PagedRow> Rows => _rows;

    private long BlockBytes => shape.Block * shape.Heads * shape.HeadTokenBytes;

    /// <summary>Blocks that so many tokens take.</summary>
    public int BlocksOf(int tokens) => (tokens + shape.Block - 1) / shape.Block;

    /// <summary>Makes sure that so many blocks are there, or are free; copies what is there when more memory is needed.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much; the rows are as they were.</exception>
    public void Reserve(int blocks, int free = 0)
    {
        blocks = Math.Max(blocks, Blocks - _free.Count + free);
        if (blocks <= Blocks)
        {
            return;
        }

        if (_free.Count == Blocks)
        {
            // Nothing to keep: the old memory may be part of the new.
            Release();
        }

        var memory = place.Allocate(shape.Tensors * blocks * BlockBytes);
        try
        {
            place.Copy(_memory, Blocks * BlockBytes, memory, blocks * BlockBytes, Blocks * BlockBytes, Blocks > 0 ? shape.Tensors : 0);
        }
        catch
        {
            place.Free(memory);
            throw;
        }

        place.Free(_memory);
        _memory = memory;
        for (var block = blocks - 1; block >= Blocks; block--)
        {
            _free.Push(block);
        }

        Array.Resize(ref _users, blocks);
        ReleaseTensors();
        Tensors =
        [
            .. Enumerable.Range(0, shape.Tensors).Select(tensor =>
                place.Tensor(_memory + (nint)(tensor * Blocks * BlockBytes), shape.Type, [Blocks, shape.Block, shape.Width / headWidth, headWidth])),
        ];
    }

    /// <summary>A new last row without tokens.</summary>
    public PagedRow Add()
    {
        var row = new PagedRow();
        _rows.Add(row);
        return row;
    }

    /// <summary>Blocks that so many more tokens of a row take.</summary>
    public int BlocksFor(PagedRow row, int tokens) => BlocksOf(row.Length + tokens) - row.Blocks.Count;

    /// <summary>Gives a row room for tokens behind those that it has, and counts them. Enough blocks are free.</summary>
    public void Extend(PagedRow row, int tokens)
    {
        row.Length += tokens;
        while (row.Blocks.Count < BlocksOf(row.Length))
        {
            row.Blocks.Add(Take());
        }
    }

    /// <summary>Takes the last tokens of a row away.</summary>
    public void Shorten(PagedRow row, int tokens)
    {
        row.Length -= tokens;
        while (row.Blocks.Count > BlocksOf(row.Length))
        {
            Leave(row.Blocks[^1]);
            row.Blocks.RemoveAt(row.Blocks.Count - 1);
        }
    }

    /// <summary>Takes the last row away.</summary>
    public void RemoveLast()
    {
        Shorten(_rows[^1], _rows[^1].Length);
        _rows.RemoveAt(_rows.Count - 1);
    }

    /// <summary>Makes row i what row <paramref name="sourceRows"/>[i] was.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much; rows that were to go are empty, the others are as they were.</exception>
    public void Reorder(ReadOnlySpan<int> sourceRows)
    {
        PagedRow[] old = [.. _rows];
        var kept = new bool[old.Length];
        var copies = 0;
        foreach (var source in sourceRows)
        {
            copies += kept[source] && old[source].Length % shape.Block > 0 ? 1 : 0;
            kept[source] = true;
        }

        // Those that go first, for their blocks may be wanted.
        for (var row = 0; row < old.Length; row++)
        {
            if (!kept[row])
            {
                Shorten(old[row], old[row].Length);
            }
        }

        Reserve(0, copies);
        _rows.Clear();
        foreach (var source in sourceRows)
        {
            _rows.Add(kept[source] ? old[source] : Repeat(old[source]));
            kept[source] = false;
        }
    }

    public void Dispose() => Release();

    private void Release()
    {
        ReleaseTensors();
        place.Free(_memory);
        (_memory, _users) = (IntPtr.Zero, []);
        _free.Clear();
    }

    /// <summary>Another row of the same tokens. Into the last block, unless it is full, each of them will write for itself.</summary>
    private PagedRow Repeat(PagedRow source)
    {
        var row = new PagedRow { Length = source.Length };
        var full = source.Length / shape.Block;
        for (var i = 0; i < source.Blocks.Count; i++)
        {
            if (i < full)
            {
                _users[source.Blocks[i]]++;
                row.Blocks.Add(source.Blocks[i]);
                continue;
            }

            var block = Take();
            row.Blocks.Add(block);
            place.Copy(
                _memory + (nint)(source.Blocks[i] * BlockBytes), Blocks * BlockBytes, _memory + (nint)(block * BlockBytes), Blocks * BlockBytes, BlockBytes,
                shape.Tensors);
        }

        return row;
    }

    private void ReleaseTensors()
    {
        Array.ForEach(Tensors, tensor => tensor.Dispose());
        Tensors = [];
    }

    private int Take()
    {
        var block = _free.Pop();
        _users[block] = 1;
        return block;
    }

    private void Leave(int block)
    {
        if (--_users[block] == 0)
        {
            _free.Push(block);
        }
    }
}
