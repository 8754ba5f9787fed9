using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Architectures;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Rows of a <see cref="DecoderModel"/> for GPUs, whose keys and values lie in blocks: prompts and steps of any rows are one run, without padding.
/// </summary>
internal sealed class PagedDecoderBatch : IDecoderBatch
{
    private readonly DecoderModel _model;
    private readonly RunOptions _options = new();
    private readonly ImmutableArray<string> _inputNames;
    private readonly ImmutableArray<string> _outputNames;
    private readonly PagedCache _cache;
    private RowLogits _logits;
    private int _mostRows;

    public PagedDecoderBatch(DecoderModel model)
    {
        _model = model;
        var layers = model.Profile.Layers;
        _inputNames =
        [
            DecoderGraph.InputIds, PagedInputs.PositionsName, PagedInputs.CumulativeLengthsName, PagedInputs.PastLengthsName, PagedInputs.BlockTableName,
            PagedInputs.PlacesName, PagedInputs.BoundsName, DecoderGraph.OutputTokens,
            .. DecoderGraph.CacheNames(layers, DecoderGraph.PastKey, DecoderGraph.PastValue),
        ];
        _outputNames = [.. RowLogits.Names(model), .. DecoderGraph.CacheNames(layers, DecoderGraph.PresentKey, DecoderGraph.PresentValue)];
        _cache = new(model.Memory, model.Cache, model.Profile.HeadSize);
        _logits = new(model, 0);
    }

    public int Rows => _cache.Rows.Count;

    public bool RunsPromptsTogether => true;

    public ReadOnlySpan<float> Logits(int row) => _logits.Of(row);

    public BestToken Best(int row) => _logits.Best(row);

    public void Reserve(int rows, int tokens)
    {
        _cache.Reserve(rows * _cache.BlocksOf(tokens));
        if (rows > _mostRows)
        {
            var logits = new RowLogits(_model, rows);
            for (var row = 0; row < Rows; row++)
            {
                _logits.CopyTo(row, logits, row);
            }

            _logits.Dispose();
            (_logits, _mostRows) = (logits, rows);
        }
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
        var extended = _cache.Rows.Skip(firstRow).ToList();
        Reserve(Rows + prompts.Count, 0);
        _cache.Reserve(0, extended.Sum(row => _cache.BlocksFor(row, 1)) + prompts.Sum(prompt => _cache.BlocksOf(prompt.Length)));
        extended.ForEach(row => _cache.Extend(row, 1));
        foreach (var prompt in prompts)
        {
            _cache.Extend(_cache.Add(), prompt.Length);
        }

        try
        {
            Run(firstRow, [.. nextIds, .. prompts.SelectMany(prompt => prompt)], prompts.Count);
        }
        catch
        {
            for (var prompt = 0; prompt < prompts.Count; prompt++)
            {
                _cache.RemoveLast();
            }

            extended.ForEach(row => _cache.Shorten(row, 1));
            throw;
        }
    }

    public void Reorder(ReadOnlySpan<int> sourceRows) => _cache.Reorder(sourceRows);

    public void Dispose()
    {
        _cache.Dispose();
        _logits.Dispose();
        _options.Dispose();
    }

    /// <summary>Runs the last tokens of the rows from one on, whose lengths count them.</summary>
    /// <param name="firstRow">The first of them.</param>
    /// <param name="ids">Their tokens, row by row.</param>
    /// <param name="added">How many rows, from the last, are prompts; the others have a token each.</param>
    private void Run(int firstRow, int[] ids, int added)
    {
        var rows = _cache.Rows.Skip(firstRow).ToList();
        var rowBlocks = rows.Max(row => row.Blocks.Count);
        var (starts, past, table, last) = (new int[rows.Count + 1], new int[rows.Count], new int[rows.Count * rowBlocks], new long[rows.Count]);
        var (positions, places) = (new long[ids.Length], new int[ids.Length]);
        var mostTokens = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var tokens = i >= rows.Count - added ? row.Length : 1;
            past[i] = row.Length - tokens;
            starts[i + 1] = starts[i] + tokens;
            last[i] = starts[i + 1] - 1;
            mostTokens = Math.Max(mostTokens, tokens);
            row.Blocks.CopyTo(table, i * rowBlocks);
            for (var token = 0; token < tokens; token++)
            {
                var position = past[i] + token;
                positions[starts[i] + token] = position;
                places[starts[i] + token] = (row.Blocks[position / _cache.BlockTokens] * _cache.BlockTokens) + (position % _cache.BlockTokens);
            }
        }

        OrtValue[] inputs =
        [
            Tensor(Array.ConvertAll(ids, id => (long)id), ids.Length), Tensor(positions, ids.Length), Tensor(starts, starts.Length),
            Tensor(past, rows.Count), Tensor(table, rows.Count, rowBlocks), Tensor(places, ids.Length),
            Tensor([mostTokens, rows.Max(row => row.Length)], 2), Tensor(last, rows.Count),
        ];
        var logits = _logits.Outputs(firstRow, rows.Count);
        try
        {
            _model.Session.Run(_options, _inputNames, [.. inputs, .. _cache.Tensors], _outputNames, [.. logits, .. _cache.Tensors]);
        }
        finally
        {
            Array.ForEach([.. inputs, .. logits], value => value.Dispose());
        }

        static OrtValue Tensor<T>(T[] values, params long[] shape)
            where T : unmanaged => OrtValue.CreateTensorValueFromMemory(values, shape);
    }
}
