using System.Collections.Immutable;
using System.Numerics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Architectures;
using Pipeline.Inference.Cuda;
using Pipeline.Inference.Generation.Memory;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Rows of a <see cref="DecoderModel"/> for GPUs, whose keys and values lie in blocks: prompts are read several at a time, without padding, and a step takes
/// one token of every row wherever its blocks lie.
/// </summary>
internal sealed class PagedDecoderBatch : IDecoderBatch
{
    // Kinds of steps: powers of two, beyond this multiples of it.
    private const int LargeStep = 64;
    private const int FewestTokens = 1024;

    private readonly DecoderModel _model;
    private readonly RunOptions _options = new();
    private readonly ImmutableArray<string> _cacheInputs;
    private readonly ImmutableArray<string> _outputNames;
    private readonly PagedCache _cache;
    private readonly Dictionary<int, RepeatedStep> _steps = [];
    private DrawKernel? _draw;
    private RowLogits _logits;
    private int _mostRows;
    private bool _isBroken;

    public PagedDecoderBatch(DecoderModel model)
    {
        _model = model;
        var layers = model.Profile.Layers;
        _cacheInputs = [.. DecoderGraph.CacheNames(layers, DecoderGraph.PastKey, DecoderGraph.PastValue)];
        _outputNames =
        [
            .. RowLogits.Names(model),
            .. DecoderGraph.CacheNames(model.ReturnsCache ? layers : 0, DecoderGraph.PresentKey, DecoderGraph.PresentValue),
        ];
        _cache = new(model.Memory, model.Cache, model.HeadWidth);
        _logits = new(model, 0);
        // Such a run is never the same again.
        _options.AddRunConfigEntry("gpu_graph_id", "-1");
    }

    public int Rows => _cache.Rows.Count;

    public bool AddsTogether => true;

    public ReadOnlySpan<float> Logits(int row) => _logits.Of(row);

    public BestToken Best(int row) => _logits.Best(row);

    public bool Draws => _model is { Memory: CudaMemory, LogitsType: TensorElementType.Float16 };

    public IReadOnlyList<ScoredToken> Draw(IReadOnlyList<RowDraw> draws)
    {
        var memory = (CudaMemory)_model.Memory;
        _draw ??= new(memory);
        return _draw.Run(memory.Stream, _logits.Memory, _model.VocabularySize, draws);
    }

    public void Reserve(int rows, int tokens)
    {
        Reserve(rows * _cache.BlocksOf(tokens), 0, rows);
    }

    private void Reserve(int blocks, int freeBlocks, int rows)
    {
        _cache.Reserve(blocks, freeBlocks);
        if (rows > _mostRows)
        {
            rows = RoundUp(rows);
            var logits = new RowLogits(_model, rows);
            // Rows that were repeated since have none yet.
            for (var row = 0; row < Math.Min(Rows, _mostRows); row++)
            {
                _logits.CopyTo(row, logits, row);
            }

            _logits.Dispose();
            (_logits, _mostRows) = (logits, rows);
        }
    }

    public void Add(ReadOnlySpan<int> prompt) => Add([prompt.ToArray()]);

    public void Add(IReadOnlyList<int[]> prompts)
    {
        Reserve(0, prompts.Sum(prompt => _cache.BlocksOf(prompt.Length)), Rows + prompts.Count);
        foreach (var prompt in prompts)
        {
            _cache.Extend(_cache.Add(), prompt.Length);
        }

        try
        {
            Read(prompts);
        }
        catch
        {
            for (var prompt = 0; prompt < prompts.Count; prompt++)
            {
                _cache.RemoveLast();
            }

            throw;
        }
    }

    public void Append(ReadOnlySpan<int> nextIds)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nextIds.Length, Rows);
        Reserve(0, _cache.Rows.Sum(row => _cache.BlocksFor(row, 1)), Rows);
        foreach (var row in _cache.Rows)
        {
            _cache.Extend(row, 1);
        }

        try
        {
            Step().Run(_cache.Rows, nextIds);
        }
        catch
        {
            _isBroken = true;
            throw;
        }
    }

    public void Reorder(ReadOnlySpan<int> sourceRows) => _cache.Reorder(sourceRows);

    /// <summary>Drops the rows. The model keeps the rest for the next batch, if it has none and nothing has failed here.</summary>
    public void Dispose()
    {
        _cache.Reorder([]);
        if (_isBroken || !_model.Keep(this))
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
        _draw?.Dispose();
        _logits.Dispose();
        _options.Dispose();
    }

    private static int RoundUp(int rows) =>
        rows > LargeStep ? (rows + LargeStep - 1) / LargeStep * LargeStep : (int)BitOperations.RoundUpToPowerOf2((uint)rows);

    /// <summary>The step for so many rows, of which there are few kinds, as each takes time to be recorded.</summary>
    private RepeatedStep Step()
    {
        var count = RoundUp(Rows);
        var blocks = _cache.Rows.Max(row => row.Blocks.Count);
        if (!_steps.TryGetValue(count, out var step) || !step.Fits(_cache, _logits, blocks))
        {
            // Not there any more, should there be no memory for the other.
            _steps.Remove(count);
            step?.Dispose();
            blocks = Math.Max(blocks, _cache.BlocksOf(FewestTokens));
            step = new(_model, _cache, _logits, count, (int)BitOperations.RoundUpToPowerOf2((uint)blocks));
            _steps[count] = step;
        }

        return step;
    }

    /// <summary>Runs the prompts of the last rows.</summary>
    private void Read(IReadOnlyList<int[]> prompts)
    {
        var rows = _cache.Rows.Skip(Rows - prompts.Count).ToList();
        var (tokens, rowBlocks) = (rows.Sum(row => row.Length), rows.Max(row => row.Blocks.Count));
        var (ids, places) = (new long[tokens], new int[tokens]);
        var (starts, past, table, last) = (new int[rows.Count + 1], new int[rows.Count], new int[rows.Count * rowBlocks], new long[rows.Count]);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            starts[i + 1] = starts[i] + row.Length;
            last[i] = starts[i + 1] - 1;
            row.Blocks.CopyTo(table, i * rowBlocks);
            for (var position = 0; position < row.Length; position++)
            {
                ids[starts[i] + position] = prompts[i][position];
                places[starts[i] + position] = (row.Blocks[position / _cache.BlockTokens] * _cache.BlockTokens) + (position % _cache.BlockTokens);
            }
        }

        var longest = rows.Max(row => row.Length);
        var inputs = new Dictionary<string, OrtValue>();
        Input(DecoderGraph.InputIds, ids, tokens);
        Input(PagedInputs.CumulativeLengthsName, starts, starts.Length);
        Input(PagedInputs.PastLengthsName, past, rows.Count);
        Input(PagedInputs.BlockTableName, table, rows.Count, rowBlocks);
        Input(PagedInputs.PlacesName, places, tokens);
        Input(PagedInputs.BoundsName, [longest, longest], 2);
        Input(DecoderGraph.OutputTokens, last, rows.Count);
        var logits = _logits.Outputs(Rows - rows.Count, rows.Count);
        try
        {
            CudaTurns.Share(() => _model.Session.Run(
                _options, [.. inputs.Keys, .. _cacheInputs], [.. inputs.Values, .. _cache.Tensors], _outputNames,
                [.. logits, .. _model.ReturnsCache ? _cache.Tensors : []]));
        }
        finally
        {
            Array.ForEach([.. inputs.Values, .. logits], value => value.Dispose());
        }

        // Not every model's attention wants all of them.
        void Input<T>(string name, T[] values, params long[] shape)
            where T : unmanaged
        {
            if (_model.Session.InputMetadata.ContainsKey(name))
            {
                inputs.Add(name, OrtValue.CreateTensorValueFromMemory(values, shape));
            }
        }
    }
}
