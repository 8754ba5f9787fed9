using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Architectures;
using Pipeline.Inference.Cuda;
using Pipeline.Inference.Generation.Memory;

namespace Pipeline.Inference.Generation;

/// <summary>
/// A step of a number of rows with inputs and outputs at addresses that stay, so that a GPU can run it again as one piece (a CUDA graph) instead of operator
/// by operator. Fewer rows are filled up with some that leave no trace.
/// </summary>
internal sealed unsafe class RepeatedStep : IDisposable
{
    // The first prepares the memory, the second is recorded; one more to be sure.
    private const int RunsToRecord = 3;

    // Where ONNX Runtime finds it again; 0 and below have other meanings.
    private static int s_graphs;

    private readonly DecoderModel _model;
    private readonly OrtValue[] _tensors;
    private readonly RowLogits _logits;
    private readonly int _rows;
    private readonly int _rowBlocks;
    private readonly int _blockTokens;
    private readonly List<OrtValue> _values = [];
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly StagedMemory _inputs;
    private readonly StagedMemory _results;
    private int _runs;

    /// <param name="model">The model.</param>
    /// <param name="cache">Its rows' keys and values.</param>
    /// <param name="logits">Where the logits go.</param>
    /// <param name="rows">Most rows.</param>
    /// <param name="rowBlocks">Most blocks of a row.</param>
    public RepeatedStep(DecoderModel model, PagedCache cache, RowLogits logits, int rows, int rowBlocks)
    {
        (_model, _tensors, _logits) = (model, cache.Tensors, logits);
        (_rows, _rowBlocks, _blockTokens) = (rows, rowBlocks, cache.BlockTokens);
        _inputs = new(model.Memory, (2L * rows * sizeof(long)) + (((3L * rows) + 1 + ((long)rows * rowBlocks)) * sizeof(int)));
        try
        {
            _results = new(model.Memory, rows * (sizeof(long) + (2L * sizeof(float))));
        }
        catch
        {
            _inputs.Dispose();
            throw;
        }

        _binding = model.Session.CreateIoBinding();
        _options.AddRunConfigEntry("gpu_graph_id", model.RepeatsSteps ? $"{Interlocked.Increment(ref s_graphs)}" : "-1");
        // The results are waited for below, after they have been copied.
        _options.AddRunConfigEntry("disable_synchronize_execution_providers", "1");

        Input(DecoderGraph.InputIds, TensorElementType.Int64, 0, rows);
        Input(DecoderGraph.OutputTokens, TensorElementType.Int64, OutputTokensAt, rows);
        Input(PagedInputs.CumulativeLengthsName, TensorElementType.Int32, StartsAt, rows + 1);
        Input(PagedInputs.PastLengthsName, TensorElementType.Int32, PastAt, rows);
        Input(PagedInputs.PlacesName, TensorElementType.Int32, PlacesAt, rows);
        Input(PagedInputs.BlockTableName, TensorElementType.Int32, TableAt, rows, rowBlocks);
        Bind(PagedInputs.BoundsName, OrtValue.CreateTensorValueFromMemory([1, rowBlocks * cache.BlockTokens], [2]));
        Output(DecoderGraph.BestIds, TensorElementType.Int64, 0, rows);
        Output(DecoderGraph.BestLogits, TensorElementType.Float, rows * sizeof(long), rows);
        Output(DecoderGraph.LogSumExps, TensorElementType.Float, rows * (sizeof(long) + sizeof(float)), rows);
        var all = logits.View(rows);
        _values.Add(all);
        _binding.BindOutput(DecoderGraph.Logits, all);
        var layers = model.Profile.Layers;
        foreach (var (name, tensor) in DecoderGraph.CacheNames(layers, DecoderGraph.PastKey, DecoderGraph.PastValue).Zip(cache.Tensors))
        {
            _binding.BindInput(name, tensor);
        }

        foreach (var (name, tensor) in DecoderGraph.CacheNames(
            model.ReturnsCache ? layers : 0, DecoderGraph.PresentKey, DecoderGraph.PresentValue).Zip(cache.Tensors))
        {
            _binding.BindOutput(name, tensor);
        }

        for (var row = 0; row <= rows; row++)
        {
            Staged<int>(StartsAt)[row] = row;
            Staged<long>(OutputTokensAt)[Math.Min(row, rows - 1)] = Math.Min(row, rows - 1);
        }
    }

    private long OutputTokensAt => (long)_rows * sizeof(long);

    private long StartsAt => 2 * OutputTokensAt;

    private long PastAt => StartsAt + ((_rows + 1L) * sizeof(int));

    private long PlacesAt => PastAt + ((long)_rows * sizeof(int));

    private long TableAt => PlacesAt + ((long)_rows * sizeof(int));

    /// <summary>Whether it can run rows of so many blocks: not when keys, values or logits have moved.</summary>
    public bool Fits(PagedCache cache, RowLogits logits, int rowBlocks) => cache.Tensors == _tensors && logits == _logits && rowBlocks <= _rowBlocks;

    /// <summary>Appends one token to each row, whose lengths count it.</summary>
    public void Run(IReadOnlyList<PagedRow> rows, ReadOnlySpan<int> ids)
    {
        var tokens = Staged<long>(0);
        var past = Staged<int>(PastAt);
        var places = Staged<int>(PlacesAt);
        var table = Staged<int>(TableAt);
        for (var i = 0; i < _rows; i++)
        {
            // What fills up has a first token that is written nowhere; PagedAttention reads what lies in some block.
            var row = i < rows.Count ? rows[i] : null;
            var position = row is null ? 0 : row.Length - 1;
            (tokens[i], past[i]) = (row is null ? 0 : ids[i], position);
            places[i] = row is null ? -1 : (row.Blocks[position / _blockTokens] * _blockTokens) + (position % _blockTokens);
            for (var block = 0; block < _rowBlocks; block++)
            {
                table[(i * _rowBlocks) + block] = row is not null && block < row.Blocks.Count ? row.Blocks[block] : 0;
            }
        }

        if (_model.RepeatsSteps && _runs < RunsToRecord)
        {
            _runs++;
            CudaTurns.Alone(RunBound);
        }
        else
        {
            CudaTurns.Share(RunBound);
        }

        _logits.SetChoices(
            rows.Count, new((long*)_results.Staged, rows.Count), new((float*)(_results.Staged + (_rows * sizeof(long))), rows.Count),
            new((float*)(_results.Staged + (_rows * (sizeof(long) + sizeof(float)))), rows.Count));
    }

    public void Dispose()
    {
        _binding.Dispose();
        _values.ForEach(value => value.Dispose());
        _options.Dispose();
        _inputs.Dispose();
        _results.Dispose();
    }

    private void RunBound()
    {
        _inputs.CopyIn();
        _model.Session.RunWithBinding(_options, _binding);
        _results.CopyOut();
        _model.Memory.Synchronize();
    }

    private Span<T> Staged<T>(long at)
        where T : unmanaged => new((T*)(_inputs.Staged + (nint)at), (int)((_inputs.Bytes - at) / sizeof(T)));

    private void Input(string name, TensorElementType type, long at, params long[] shape) =>
        Bind(name, _model.Memory.Tensor(_inputs.Device + (nint)at, type, shape));

    private void Output(string name, TensorElementType type, long at, params long[] shape)
    {
        var value = _model.Memory.Tensor(_results.Device + (nint)at, type, shape);
        _values.Add(value);
        _binding.BindOutput(name, value);
    }

    private void Bind(string name, OrtValue value)
    {
        _values.Add(value);
        if (_model.Session.InputMetadata.ContainsKey(name))
        {
            _binding.BindInput(name, value);
        }
    }
}
