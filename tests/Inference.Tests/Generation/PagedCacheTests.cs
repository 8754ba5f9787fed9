using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Generation.Memory;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>Keys and values in blocks of four tokens. What is written for a token is a number of its own in every tensor.</summary>
public sealed class PagedCacheTests : IDisposable
{
    private const int Block = 4;
    private const int Layers = 2;
    private const int HeadSize = 3;
    private const int Width = 2 * HeadSize;
    private const float Nothing = -1;

    private readonly PagedCache _cache = new(HostMemory.Instance, new(TensorElementType.Float, 2 * Layers, 1, Width, Block), HeadSize);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void A_row_takes_blocks_as_it_grows_and_gives_them_back_when_it_goes()
    {
        Reserve(5);
        var (first, second) = (Add(10, 4), Add(20, 5));

        Assert.Equal((1, 2), (first.Blocks.Count, second.Blocks.Count));
        Assert.Equal((1, 0), (_cache.BlocksFor(first, 1), _cache.BlocksFor(second, 3)));
        Write(first, 14);
        Assert.Equal((5, 2), (first.Length, first.Blocks.Count));
        Assert.Equal(4, first.Blocks.Concat(second.Blocks).Distinct().Count());
        Assert.Equal([10, 11, 12, 13, 14], Read(first));
        Assert.Equal([20, 21, 22, 23, 24], Read(second));

        _cache.RemoveLast();
        Assert.Equal([first], _cache.Rows);
        _cache.RemoveLast();
        AllAreFree();
    }

    [Fact]
    public void Tensors_have_the_shape_that_the_graph_wants()
    {
        _cache.Reserve(3);

        Assert.Equal(2 * Layers, _cache.Tensors.Length);
        Assert.All(_cache.Tensors, tensor => Assert.Equal([3, Block, 2, HeadSize], tensor.GetTensorTypeAndShape().Shape));
        Assert.Equal((0, 1, 1, 2), (_cache.BlocksOf(0), _cache.BlocksOf(1), _cache.BlocksOf(Block), _cache.BlocksOf(Block + 1)));
    }

    [Fact]
    public void Rows_that_go_on_from_the_same_tokens_share_full_blocks_and_write_into_the_last_for_themselves()
    {
        Reserve(8);
        Add(10, 9);

        _cache.Reorder([0, 0, 0]);
        var rows = _cache.Rows;
        foreach (var (row, i) in rows.Select((row, i) => (row, i)))
        {
            Write(row, 100 + i);
        }

        Assert.All(rows, row => Assert.Equal(rows[0].Blocks[..2], row.Blocks[..2]));
        Assert.Equal(3, rows.Select(row => row.Blocks[2]).Distinct().Count());
        for (var i = 0; i < rows.Count; i++)
        {
            Assert.Equal([10, 11, 12, 13, 14, 15, 16, 17, 18, 100 + i], Read(rows[i]));
        }

        Assert.Equal(8, _cache.Blocks);
    }

    [Fact]
    public void A_block_that_is_not_full_is_copied_as_a_whole_as_its_tokens_may_lie_anywhere_in_it()
    {
        Reserve(4);
        var source = Add(10, 6);
        Fill(source.Blocks[1], 2, 77);

        _cache.Reorder([0, 0]);

        Assert.NotEqual(source.Blocks[1], _cache.Rows[1].Blocks[1]);
        Assert.Equal([14, 15, 77, 77], BlockOf(_cache.Rows[1].Blocks[1]));
        Assert.Equal([14, 15, 77, 77], BlockOf(source.Blocks[1]));
    }

    [Fact]
    public void Keys_and_values_of_8_bits_with_scales_behind_them_are_kept_in_blocks_too()
    {
        const int width = 16 + sizeof(float), bytes = Block * 2 * width;
        using var cache = new PagedCache(HostMemory.Instance, new(TensorElementType.Int8, 2, 1, 2 * width, Block), width);
        cache.Reserve(3);
        cache.Extend(cache.Add(), 5);
        var last = cache.Rows[0].Blocks[1];
        for (var tensor = 0; tensor < 2; tensor++)
        {
            var numbers = cache.Tensors[tensor].GetTensorMutableDataAsSpan<sbyte>();
            numbers.Clear();
            // Scales of the last head's tokens lie at a block's end.
            numbers.Slice(last * bytes, bytes)[^1] = (sbyte)(tensor + 1);
        }

        cache.Reorder([0, 0]);
        cache.Reserve(20);

        Assert.All(cache.Tensors, tensor => Assert.Equal([20, Block, 2, width], tensor.GetTensorTypeAndShape().Shape));
        Assert.NotEqual(last, cache.Rows[1].Blocks[1]);
        Assert.All(cache.Rows, row => Assert.All(
            [0, 1], tensor => Assert.Equal(tensor + 1, cache.Tensors[tensor].GetTensorDataAsSpan<sbyte>().Slice(row.Blocks[1] * bytes, bytes)[^1])));
    }

    [Fact]
    public void A_row_that_ends_with_a_full_block_is_repeated_without_another()
    {
        Reserve(2);
        var row = Add(10, 8);

        _cache.Reorder([0, 0, 0]);

        Assert.Equal((2, 3), (_cache.Blocks, _cache.Rows.Count));
        Assert.All(_cache.Rows, repeated => Assert.Equal(row.Blocks, repeated.Blocks));
        Assert.Equal(3, _cache.Rows.Distinct().Count());
    }

    [Fact]
    public void A_row_that_is_dropped_leaves_others_the_blocks_that_they_share()
    {
        Reserve(6);
        Add(10, 9);
        _cache.Reorder([0, 0]);
        var shared = _cache.Rows[0].Blocks[..2];

        _cache.Reorder([1]);
        var other = Add(50, 13);

        Assert.Empty(other.Blocks.Intersect(shared));
        Assert.Equal([10, 11, 12, 13, 14, 15, 16, 17, 18], Read(_cache.Rows[0]));
        _cache.Reorder([1]);
        _cache.Reorder([]);
        AllAreFree();
    }

    [Fact]
    public void Rows_change_places_without_a_copy()
    {
        Reserve(3);
        var (first, second, third) = (Add(10, 3), Add(20, 4), Add(30, 1));

        _cache.Reorder([2, 0, 1]);

        Assert.Equal([third, first, second], _cache.Rows);
        Assert.Equal(3, _cache.Blocks);
    }

    [Fact]
    public void What_rows_leave_is_enough_for_the_copies_of_others()
    {
        Reserve(3);
        Add(10, 3);
        Add(20, 8);

        _cache.Reorder([0, 0, 0]);

        Assert.Equal(3, _cache.Blocks);
        Assert.All(_cache.Rows, row => Assert.Equal([10, 11, 12], Read(row)));
    }

    [Fact]
    public void More_memory_keeps_what_is_there()
    {
        Reserve(3);
        var (first, second) = (Add(10, 7), Add(20, 2));
        var tensors = _cache.Tensors;

        _cache.Reserve(2);
        _cache.Reserve(0, free: 0);
        Assert.Same(tensors, _cache.Tensors);

        _cache.Reserve(0, free: 2);
        Assert.Equal(5, _cache.Blocks);
        Assert.NotSame(tensors, _cache.Tensors);
        _cache.Reserve(40);
        Assert.Equal(40, _cache.Blocks);
        Assert.Equal([10, 11, 12, 13, 14, 15, 16], Read(first));
        Assert.Equal([20, 21], Read(second));
        _cache.Reorder([]);
        AllAreFree();
    }

    [Fact]
    public void Without_memory_for_copies_nothing_is_lost()
    {
        // Two blocks of 64 MB that nobody writes to; of so many there is no memory anywhere.
        using var cache = new PagedCache(HostMemory.Instance, new(TensorElementType.Float, 2, 1, 1 << 22, 2), 64);
        cache.Reserve(2);
        var row = cache.Add();
        cache.Extend(row, 1);

        Assert.ThrowsAny<OutOfMemoryException>(() => cache.Reorder(new int[1 << 22]));

        Assert.Equal([row], cache.Rows);
        cache.Reorder([]);
        AllAreFree(cache);
    }

    [Fact]
    public void Whatever_comes_and_goes_each_row_has_its_tokens()
    {
        var random = new Random(3);
        var expected = new List<List<float>>();
        var label = 0;
        for (var step = 0; step < 400; step++)
        {
            switch (random.Next(5))
            {
                case 0:
                    expected.Add([]);
                    _cache.Add();
                    break;
                case 1 when expected.Count > 0:
                    int[] sources = [.. Enumerable.Range(0, random.Next(7)).Select(_ => random.Next(expected.Count))];
                    _cache.Reorder(sources);
                    expected = [.. sources.Select(source => (List<float>)[.. expected[source]])];
                    break;
                case 2:
                    _cache.Reserve(random.Next(_cache.Blocks + 2));
                    break;
                default:
                    for (var row = 0; row < expected.Count; row++)
                    {
                        _cache.Reserve(0, _cache.BlocksFor(_cache.Rows[row], 1));
                        expected[row].Add(++label);
                        Write(_cache.Rows[row], label);
                    }

                    break;
            }

            Assert.Equal(expected.Select(row => row.ToArray()), _cache.Rows.Select(Read));
        }

        Assert.InRange(label, 300, int.MaxValue);
        _cache.Reorder([]);
        AllAreFree();
    }

    /// <summary>Makes room in which nothing is written.</summary>
    private void Reserve(int blocks)
    {
        _cache.Reserve(blocks);
        for (var block = 0; block < blocks; block++)
        {
            Fill(block, 0, Nothing);
        }
    }

    /// <summary>A new row of tokens with consecutive numbers.</summary>
    private PagedRow Add(int first, int tokens)
    {
        var row = _cache.Add();
        _cache.Reserve(0, _cache.BlocksFor(row, tokens));
        for (var token = 0; token < tokens; token++)
        {
            Write(row, first + token);
        }

        return row;
    }

    /// <summary>Appends a token; a block is free for it where one is needed.</summary>
    private void Write(PagedRow row, float number)
    {
        _cache.Extend(row, 1);
        for (var tensor = 0; tensor < _cache.Tensors.Length; tensor++)
        {
            Token(tensor, row.Blocks[^1], (row.Length - 1) % Block).Fill(number + (0.25f * tensor));
        }
    }

    private float[] Read(PagedRow row) =>
        [.. Enumerable.Range(0, row.Length).Select(token => Number(row.Blocks[token / Block], token % Block))];

    private float[] BlockOf(int block) => [.. Enumerable.Range(0, Block).Select(token => Number(block, token))];

    /// <summary>The number of a token, which is there in each tensor and in each head.</summary>
    private float Number(int block, int token)
    {
        var number = Token(0, block, token)[0];
        for (var tensor = 0; tensor < _cache.Tensors.Length; tensor++)
        {
            var written = number + (number == Nothing ? 0 : 0.25f * tensor);
            Assert.Equal(Enumerable.Repeat(written, Width), Token(tensor, block, token).ToArray());
        }

        return number;
    }

    private void Fill(int block, int fromToken, float number)
    {
        for (var token = fromToken; token < Block; token++)
        {
            for (var tensor = 0; tensor < _cache.Tensors.Length; tensor++)
            {
                Token(tensor, block, token).Fill(number + (number == Nothing ? 0 : 0.25f * tensor));
            }
        }
    }

    private Span<float> Token(int tensor, int block, int token) =>
        _cache.Tensors[tensor].GetTensorMutableDataAsSpan<float>().Slice(((block * Block) + token) * Width, Width);

    private void AllAreFree() => AllAreFree(_cache);

    /// <summary>One row can take each block.</summary>
    private static void AllAreFree(PagedCache cache)
    {
        Assert.Empty(cache.Rows);
        var row = cache.Add();
        cache.Extend(row, cache.Blocks * cache.BlockTokens);
        Assert.Equal(Enumerable.Range(0, cache.Blocks), row.Blocks.Order());
        cache.RemoveLast();
    }
}
