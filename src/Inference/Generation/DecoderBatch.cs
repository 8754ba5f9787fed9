using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Architectures;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Rows of a <see cref="DecoderModel"/> for CPUs. A row lies in a slot of the cache and stays there; a new one is read into a slot that another has
/// left. Only what is repeated is copied, and what lies behind a slot that nobody has taken when the next step is made.
/// </summary>
internal sealed class DecoderBatch(DecoderModel model) : IDecoderBatch
{
    private const int CapacityStep = 32;

    // More would cost more time than the wrong guesses among them leave over.
    private const int SequenceTokens = 8;

    private readonly RunOptions _options = new();
    private readonly ImmutableArray<string> _inputNames = [.. InputNames(model)];
    private readonly ImmutableArray<string> _outputNames =
    [
        .. RowLogits.Names(model),
        .. model.ReturnsCache ? DecoderGraph.CacheNames(model.Profile.Layers, DecoderGraph.PresentKey, DecoderGraph.PresentValue) : [],
    ];

    private KeyValueCache _cache = new(model.Memory, model.Cache, 0, 0);
    private RowLogits _logits = new(model, 0);
    private Slot[] _slots = [];
    private List<int> _slotOfRow = [];
    private int _prompts;
    private int _sequence;

    public int Rows => _slotOfRow.Count;

    private int Longest => _slotOfRow.Count == 0 ? 0 : _slotOfRow.Max(slot => _slots[slot].Length);

    public int LongestSequence => model.ReturnsCache ? 1 : SequenceTokens;

    public ReadOnlySpan<float> Logits(int row) => _logits.Of(Place(row));

    public BestToken Best(int row) => _logits.Best(Place(row));

    public void Reserve(int rows, int tokens)
    {
        if (rows <= _cache.Rows && tokens <= _cache.Capacity)
        {
            return;
        }

        // What comes next is often a little longer.
        var capacity = (tokens + CapacityStep - 1) / CapacityStep * CapacityStep;
        var cache = new KeyValueCache(model.Memory, model.Cache, Math.Max(rows, Rows), Math.Max(capacity, Longest));
        var logits = Room(cache);
        var slots = new Slot[cache.Rows];
        for (var row = 0; row < Rows; row++)
        {
            slots[row] = _slots[_slotOfRow[row]];
            _cache.CopyRow(_slotOfRow[row], cache, row, 0, slots[row].Length);
            _logits.CopyTo(_slotOfRow[row], logits, row);
        }

        _cache.Dispose();
        _logits.Dispose();
        (_cache, _slots, _logits, _slotOfRow) = (cache, slots, logits, [.. Enumerable.Range(0, Rows)]);
    }

    public void Add(ReadOnlySpan<int> prompt)
    {
        // An even width: the runtime's attention takes its queries in blocks, and a block of one query alone is multiplied by another routine,
        // whose rounding differs. A text's bits must not depend on where its prompt was padded to once.
        var width = model.ReturnsCache && prompt.Length > 1 ? prompt.Length + (prompt.Length % 2) : prompt.Length;
        Grow(Rows + 1, width);
        var slot = FreeSlot(0);
        _slotOfRow.Add(slot);
        _slots[slot] = new(++_prompts, prompt.Length, prompt.Length);
        var ids = new long[width];
        for (var position = 0; position < prompt.Length; position++)
        {
            ids[position] = prompt[position];
        }

        try
        {
            Run(slot, 1, ids, width, [prompt.Length - 1]);
        }
        catch
        {
            _slotOfRow.RemoveAt(Rows - 1);
            throw;
        }
    }

    public void Append(ReadOnlySpan<int> nextIds)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nextIds.Length, Rows);
        Grow(Rows, Longest + 1);
        FillGaps();
        var ids = new long[Rows];
        for (var row = 0; row < Rows; row++)
        {
            var slot = _slotOfRow[row];
            ids[slot] = nextIds[row];
            _slots[slot] = _slots[slot] with { Length = _slots[slot].Length + 1 };
        }

        Run(0, Rows, ids, 1, [.. Enumerable.Range(0, Rows)]);
    }

    public void AppendSequence(ReadOnlySpan<int> ids)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ids.Length, 2);
        Grow(1, Longest + ids.Length);
        var slot = _slotOfRow[0];
        _slots[slot] = _slots[slot] with { Length = _slots[slot].Length + ids.Length };
        Run(slot, 1, Array.ConvertAll(ids.ToArray(), id => (long)id), ids.Length, [.. Enumerable.Range(0, ids.Length)]);
        _sequence = ids.Length;
    }

    public void Keep(int tokens)
    {
        var slot = _slotOfRow[0];
        _slots[slot] = _slots[slot] with { Length = _slots[slot].Length - (_sequence - tokens) };
        _sequence = 0;
    }

    public void Reorder(ReadOnlySpan<int> sourceRows)
    {
        Grow(sourceRows.Length, 0);
        var old = _slotOfRow;
        _slotOfRow = [];
        var homeless = new List<(int Row, int Source)>();
        for (var row = 0; row < sourceRows.Length; row++)
        {
            // The first row that continues a slot stays in it.
            var slot = old[sourceRows[row]];
            var isTaken = _slotOfRow.Contains(slot);
            _slotOfRow.Add(isTaken ? -1 : slot);
            if (isTaken)
            {
                homeless.Add((row, slot));
            }
        }

        // A free slot is nobody's source, or the first who continues it would have stayed: copying in any order is safe.
        var free = 0;
        foreach (var (row, source) in homeless)
        {
            free = FreeSlot(free);
            _slotOfRow[row] = free;
            Copy(source, free);
        }
    }

    public void Dispose()
    {
        _cache.Dispose();
        _logits.Dispose();
        _options.Dispose();
    }

    /// <summary>Where a row's logits lie; behind a sequence those of its tokens are the first.</summary>
    private int Place(int row) => _sequence > 0 ? row : _slotOfRow[row];

    private RowLogits Room(KeyValueCache cache)
    {
        try
        {
            return new(model, Math.Max(cache.Rows, LongestSequence));
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }

    private void Grow(int rows, int tokens)
    {
        if (rows > _cache.Rows || tokens > _cache.Capacity)
        {
            Reserve(Math.Max(rows, _cache.Rows), Math.Max(tokens, _cache.Capacity));
        }
    }

    private int FreeSlot(int first)
    {
        while (_slotOfRow.Contains(first))
        {
            first++;
        }

        return first;
    }

    /// <summary>A step runs the first slots; rows behind them move into those that are free.</summary>
    private void FillGaps()
    {
        var free = 0;
        for (var row = 0; row < Rows; row++)
        {
            if (_slotOfRow[row] >= Rows)
            {
                free = FreeSlot(free);
                Copy(_slotOfRow[row], free);
                _slotOfRow[row] = free;
            }
        }
    }

    private void Copy(int source, int destination)
    {
        var (from, to) = (_slots[source], _slots[destination]);

        // Beams of the same prompt share its keys and values.
        _cache.CopyRow(source, _cache, destination, from.Prompt == to.Prompt ? from.PromptLength : 0, from.Length);
        _slots[destination] = from;
    }

    /// <summary>Runs tokens of some consecutive slots, whose lengths count them.</summary>
    /// <param name="firstSlot">The first slot.</param>
    /// <param name="rows">How many.</param>
    /// <param name="ids">Their tokens: of one row any number, of several one each.</param>
    /// <param name="tokens">Tokens of a row.</param>
    /// <param name="wanted">Which of all tokens' logits are wanted; several of one row's come to the first places.</param>
    private void Run(int firstSlot, int rows, long[] ids, int tokens, long[] wanted)
    {
        var slots = _slots.AsSpan(firstSlot, rows).ToArray();
        var isPrompt = rows == 1 && tokens >= slots[0].Length;
        using var inputIds = OrtValue.CreateTensorValueFromMemory(ids, [rows, tokens]);
        using var lastPositions = OrtValue.CreateTensorValueFromMemory([.. slots.Select(slot => slot.Length - 1)], [rows]);
        using var totalLength = OrtValue.CreateTensorValueFromMemory([isPrompt ? tokens : slots.Max(slot => slot.Length)], []);
        using var outputTokens = OrtValue.CreateTensorValueFromMemory(wanted, [wanted.Length]);
        using var queryPositions = isPrompt
            ? OrtValue.CreateTensorValueFromMemory([.. Enumerable.Range(0, tokens).Select(position => (float)position)], [1, tokens])
            : OrtValue.CreateTensorValueFromMemory([.. slots.Select(slot => slot.Length - 1f)], [rows, 1]);
        var logits = _logits.Outputs(wanted.Length > rows ? 0 : firstSlot, wanted.Length);
        var caches = _cache.Views(firstSlot, rows);
        try
        {
            OrtValue[] inputs =
            [
                inputIds, lastPositions, outputTokens, .. caches,
                .. model.ReturnsCache ? [totalLength] : Array.Empty<OrtValue>(), .. model.TakesPositions ? [queryPositions] : Array.Empty<OrtValue>(),
            ];
            model.Session.Run(_options, _inputNames, inputs, _outputNames, model.ReturnsCache ? [.. logits, .. caches] : logits);
        }
        finally
        {
            Array.ForEach([.. logits, .. caches], value => value.Dispose());
        }
    }

    private static IEnumerable<string> InputNames(DecoderModel model) =>
    [
        DecoderGraph.InputIds, DecoderGraph.LastPositions, DecoderGraph.OutputTokens,
        .. DecoderGraph.CacheNames(model.Profile.Layers, DecoderGraph.PastKey, DecoderGraph.PastValue),
        .. model.ReturnsCache ? [DecoderGraph.TotalLength] : Array.Empty<string>(),
        .. model.TakesPositions ? [DecoderGraph.QueryPositions] : Array.Empty<string>(),
    ];

    /// <summary>What lies in a slot of the cache, or did before its row left.</summary>
    /// <param name="Prompt">Number of the prompt, from 1.</param>
    /// <param name="PromptLength">Its tokens.</param>
    /// <param name="Length">Tokens so far.</param>
    private readonly record struct Slot(int Prompt, int PromptLength, int Length);
}
