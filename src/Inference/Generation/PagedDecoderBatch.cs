using System.Collections.Immutable;
using System.Numerics;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Architectures;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Rows of a <see cref="DecoderModel"/> for GPUs, whose keys and values lie in blocks: prompts and steps of any rows are one run, without padding. Steps of few
/// rows, which a GPU does faster than they can be described to it, are repeated as they are.
/// </summary>
internal sealed class PagedDecoderBatch : IDecoderBatch
{
    private const int MostRepeatedRows = 256;
    private const int FewestBlocks = 8;

    private readonly DecoderModel _model;
    private readonly RunOptions _options = new();
    private readonly ImmutableArray<string> _inputNames;
    private readonly ImmutableArray<string> _outputNames;
    private readonly PagedCache _cache;
    private readonly Dictionary<int, RepeatedStep> _steps = [];
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
        // Such a run is never the same again.
        _options.AddRunConfigEntry("gpu_graph_id", "-1");
    }

    public int Rows => _cache.Rows.Count;

    public bool RunsPromptsTogether => true;

    public ReadOnlySpan<float> Logits(int row) => _logits.Of(row);

    public BestToken Best(int row) => _logits.Best(row);

    public void Reserve(int rows, int tokens)
    {
        Reserve(rows * _cache.BlocksOf(tokens), 0, rows);
    }

    private void Reserve(int blocks, int freeBlocks, int rows)
    {
        _cache.Reserve(blocks, freeBlocks);
        if (rows > _mostRows)
        {
            rows = (int)BitOperations.RoundUpToPowerOf2((uint)rows);
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
        Reserve(0, extended.Sum(row => _cache.BlocksFor(row, 1)) + prompts.Sum(prompt => _cache.BlocksOf(prompt.Length)), Rows + prompts.Count);
        extended.ForEach(row => _cache.Extend(row, 1));
        foreach (var prompt in prompts)
        {
            _cache.Extend(_cache.Add(), prompt.Length);
        }

        try
        {
            if (_model.RepeatsSteps && prompts.Count == 0 && extended.Count is > 0 and <= MostRepeatedRows)
            {
                Step(extended).Run(extended, nextIds);
            }
            else
            {
                Run(firstRow, [.. nextIds, .. prompts.SelectMany(prompt => prompt)], prompts.Count);
            }
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

    /// <summary>Drops the rows. The model keeps the rest for the next batch, if it has none.</summary>
    public void Dispose()
    {
        _cache.Reorder([]);
        if (!_model.Keep(this))
        {
            Release();
        }
    }

    /// <summary>Gives everything back.</summary>
    public void Release()
    {
        foreach (var step in _steps.Values)
        {
            step.Dispose();
        }

        _cache.Dispose();
        _logits.Dispose();
        _options.Dispose();
    }

    /// <summary>The step for so many rows, of which there are few kinds, as each takes time to be recorded.</summary>
    private RepeatedStep Step(List<PagedRow> rows)
    {
        var count = (int)BitOperations.RoundUpToPowerOf2((uint)rows.Count);
        var blocks = rows.Max(row => row.Blocks.Count);
        if (!_steps.TryGetValue(count, out var step) || !step.Fits(_cache, _logits, blocks))
        {
            step?.Dispose();
            step = new(_model, _cache, _logits, count, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(blocks, FewestBlocks)));
            _steps[count] = step;
        }

        return step;
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
