using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Architectures;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Rows of a <see cref="DecoderModel"/> whose keys and values lie in blocks: prompts and steps of any rows are one run, without padding. The blocks of a slot
/// are neighbours, so nothing has to be handed out.
/// </summary>
internal sealed class PagedDecoderBatch : IDecoderBatch
{
    private readonly DecoderModel _model;
    private readonly int _blockTokens;
    private readonly RunOptions _options = new();
    private readonly ImmutableArray<string> _inputNames;
    private readonly ImmutableArray<string> _outputNames;
    private readonly CacheSlots _slots;
    private RowLogits _logits;
    private OrtValue[] _caches = [];

    public PagedDecoderBatch(DecoderModel model)
    {
        _model = model;
        _blockTokens = model.Cache.Block;
        var layers = model.Profile.Layers;
        _inputNames =
        [
            DecoderGraph.InputIds, PagedInputs.PositionsName, PagedInputs.CumulativeLengthsName, PagedInputs.PastLengthsName, PagedInputs.BlockTableName,
            PagedInputs.PlacesName, PagedInputs.BoundsName, DecoderGraph.OutputTokens,
            .. DecoderGraph.CacheNames(layers, DecoderGraph.PastKey, DecoderGraph.PastValue),
        ];
        _outputNames = [.. RowLogits.Names(model), .. DecoderGraph.CacheNames(layers, DecoderGraph.PresentKey, DecoderGraph.PresentValue)];
        _slots = new(model.Memory, model.Cache);
        _logits = new(model, 0);
    }

    public int Rows => _slots.Rows;

    public bool RunsPromptsTogether => true;

    private int RowBlocks => _slots.Cache.Capacity / _blockTokens;

    public ReadOnlySpan<float> Logits(int row) => _logits.Of(row);

    public BestToken Best(int row) => _logits.Best(row);

    public void Reserve(int rows, int tokens)
    {
        if (_slots.HasRoom(rows, tokens))
        {
            return;
        }

        var cache = _slots.Room(rows, tokens);
        RowLogits logits;
        try
        {
            logits = new(_model, cache.Rows);
        }
        catch
        {
            cache.Dispose();
            throw;
        }

        for (var row = 0; row < Rows; row++)
        {
            _logits.CopyTo(row, logits, row);
        }

        ReleaseViews();
        _slots.MoveTo(cache);
        _logits.Dispose();
        _logits = logits;
        _caches = cache.Views(0, [(long)cache.Rows * RowBlocks, _blockTokens, _model.Profile.KvHeads, _model.Cache.Width / _model.Profile.KvHeads]);
    }

    public void Add(ReadOnlySpan<int> prompt) => AppendAndAdd([], [prompt.ToArray()]);

    public void Append(ReadOnlySpan<int> nextIds)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nextIds.Length, Rows);
        AppendAndAdd(nextIds, []);
    }

    public void AppendAndAdd(ReadOnlySpan<int> nextIds, IReadOnlyList<int[]> prompts)
    {
        var firstRow = nextIds.Length == 0 ? Rows : 0;
        ArgumentOutOfRangeException.ThrowIfNotEqual(nextIds.Length, Rows - firstRow);
        Grow(Rows + prompts.Count, Math.Max(_slots.Longest + 1, prompts.Count == 0 ? 0 : prompts.Max(prompt => prompt.Length)));
        for (var row = firstRow; row < Rows; row++)
        {
            _slots.Extend(row, 1);
        }

        foreach (var prompt in prompts)
        {
            _slots.Add(prompt.Length);
        }

        try
        {
            Run(firstRow, [.. nextIds, .. prompts.SelectMany(prompt => prompt)], prompts.Count);
        }
        catch
        {
            Forget(firstRow, prompts.Count);
            throw;
        }
    }

    public void Reorder(ReadOnlySpan<int> sourceRows)
    {
        Grow(sourceRows.Length, 0);
        _slots.Reorder(sourceRows);
    }

    public void Dispose()
    {
        ReleaseViews();
        _slots.Dispose();
        _logits.Dispose();
        _options.Dispose();
    }

    private void ReleaseViews()
    {
        Array.ForEach(_caches, view => view.Dispose());
        _caches = [];
    }

    private void Grow(int rows, int tokens)
    {
        if (!_slots.HasRoom(rows, tokens))
        {
            Reserve(Math.Max(rows, _slots.Cache.Rows), Math.Max(tokens, _slots.Cache.Capacity));
        }
    }

    private void Forget(int firstRow, int added)
    {
        for (var prompt = 0; prompt < added; prompt++)
        {
            _slots.RemoveLast();
        }

        for (var row = firstRow; row < Rows; row++)
        {
            _slots.Extend(row, -1);
        }
    }

    /// <summary>Runs the last tokens of the rows from one on, whose lengths count them.</summary>
    /// <param name="firstRow">The first of them.</param>
    /// <param name="ids">Their tokens, row by row.</param>
    /// <param name="added">How many rows, from the last, are prompts; the others have a token each.</param>
    private void Run(int firstRow, int[] ids, int added)
    {
        var rows = Rows - firstRow;
        var (starts, past, table, last) = (new int[rows + 1], new int[rows], new int[rows * RowBlocks], new long[rows]);
        var (positions, places) = (new long[ids.Length], new int[ids.Length]);
        var (mostTokens, mostTotal) = (0, 0);
        for (var row = 0; row < rows; row++)
        {
            var (slot, length) = (_slots[firstRow + row], _slots.Length(firstRow + row));
            var tokens = row >= rows - added ? length : 1;
            past[row] = length - tokens;
            starts[row + 1] = starts[row] + tokens;
            last[row] = starts[row + 1] - 1;
            (mostTokens, mostTotal) = (Math.Max(mostTokens, tokens), Math.Max(mostTotal, length));
            for (var block = 0; block < RowBlocks; block++)
            {
                table[(row * RowBlocks) + block] = (slot * RowBlocks) + block;
            }

            for (var token = 0; token < tokens; token++)
            {
                positions[starts[row] + token] = past[row] + token;
                places[starts[row] + token] = (slot * _slots.Cache.Capacity) + past[row] + token;
            }
        }

        OrtValue[] inputs =
        [
            Tensor(Array.ConvertAll(ids, id => (long)id), ids.Length), Tensor(positions, ids.Length), Tensor(starts, rows + 1), Tensor(past, rows),
            Tensor(table, rows, RowBlocks), Tensor(places, ids.Length), Tensor([mostTokens, mostTotal], 2), Tensor(last, rows),
        ];
        var logits = _logits.Outputs(firstRow, rows);
        try
        {
            _model.Session.Run(_options, _inputNames, [.. inputs, .. _caches], _outputNames, [.. logits, .. _caches]);
        }
        finally
        {
            Array.ForEach([.. inputs, .. logits], value => value.Dispose());
        }

        static OrtValue Tensor<T>(T[] values, params long[] shape)
            where T : unmanaged => OrtValue.CreateTensorValueFromMemory(values, shape);
    }
}
