using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Architectures;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Rows of a <see cref="DecoderModel"/> whose rows have their keys and values in one piece each. A run takes neighbouring slots, so rows behind a slot
/// that nobody has taken are copied into it when the next step is made.
/// </summary>
internal sealed class DecoderBatch(DecoderModel model) : IDecoderBatch
{
    // More would cost more time than the wrong guesses among them leave over.
    private const int SequenceTokens = 8;

    private readonly RunOptions _options = new();
    private readonly ImmutableArray<string> _inputNames = [.. InputNames(model)];
    private readonly ImmutableArray<string> _outputNames =
    [
        .. RowLogits.Names(model),
        .. model.ReturnsCache ? DecoderGraph.CacheNames(model.Profile.Layers, DecoderGraph.PresentKey, DecoderGraph.PresentValue) : [],
    ];

    private readonly CacheSlots _slots = new(model.Memory, model.Cache);
    private RowLogits _logits = new(model, 0);
    private int _sequence;

    public int Rows => _slots.Rows;

    public int LongestSequence => model.ReturnsCache ? 1 : SequenceTokens;

    public ReadOnlySpan<float> Logits(int row) => _logits.Of(Place(row));

    public BestToken Best(int row) => _logits.Best(Place(row));

    public void Reserve(int rows, int tokens)
    {
        if (_slots.HasRoom(rows, tokens))
        {
            return;
        }

        var cache = _slots.Room(rows, tokens);
        var logits = Room(cache);
        for (var row = 0; row < Rows; row++)
        {
            _logits.CopyTo(_slots[row], logits, row);
        }

        _slots.MoveTo(cache);
        _logits.Dispose();
        _logits = logits;
    }

    public void Add(ReadOnlySpan<int> prompt)
    {
        // An even width: the runtime's attention takes its queries in blocks, and a block of one query alone is multiplied by another routine,
        // whose rounding differs. A text's bits must not depend on where its prompt was padded to once.
        var width = model.ReturnsCache && prompt.Length > 1 ? prompt.Length + (prompt.Length % 2) : prompt.Length;
        Grow(Rows + 1, width);
        _slots.Add(prompt.Length);
        var ids = new long[width];
        for (var position = 0; position < prompt.Length; position++)
        {
            ids[position] = prompt[position];
        }

        try
        {
            Run([Rows - 1], ids, width, [prompt.Length - 1]);
        }
        catch
        {
            _slots.RemoveLast();
            throw;
        }
    }

    public void Append(ReadOnlySpan<int> nextIds)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nextIds.Length, Rows);
        Grow(Rows, _slots.Longest + 1);
        _slots.FillGaps();
        var ids = new long[Rows];
        var rowOfSlot = new int[Rows];
        for (var row = 0; row < Rows; row++)
        {
            ids[_slots[row]] = nextIds[row];
            rowOfSlot[_slots[row]] = row;
            _slots.Extend(row, 1);
        }

        Run(rowOfSlot, ids, 1, [.. Enumerable.Range(0, Rows)]);
    }

    public void AppendSequence(ReadOnlySpan<int> ids)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ids.Length, 2);
        Grow(1, _slots.Longest + ids.Length);
        _slots.Extend(0, ids.Length);
        Run([0], Array.ConvertAll(ids.ToArray(), id => (long)id), ids.Length, [.. Enumerable.Range(0, ids.Length)]);
        _sequence = ids.Length;
    }

    public void Keep(int tokens)
    {
        _slots.Extend(0, tokens - _sequence);
        _sequence = 0;
    }

    public void Reorder(ReadOnlySpan<int> sourceRows)
    {
        Grow(sourceRows.Length, 0);
        _slots.Reorder(sourceRows);
    }

    public void Dispose()
    {
        _slots.Dispose();
        _logits.Dispose();
        _options.Dispose();
    }

    /// <summary>Where a row's logits lie; behind a sequence those of its tokens are the first.</summary>
    private int Place(int row) => _sequence > 0 ? row : _slots[row];

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
        if (!_slots.HasRoom(rows, tokens))
        {
            Reserve(Math.Max(rows, _slots.Cache.Rows), Math.Max(tokens, _slots.Cache.Capacity));
        }
    }

    /// <summary>Runs tokens of some rows, whose lengths count them.</summary>
    /// <param name="rows">Rows of neighbouring slots, in the order of these.</param>
    /// <param name="ids">Their tokens: of one row any number, of several one each.</param>
    /// <param name="tokens">Tokens of a row.</param>
    /// <param name="wanted">Which of all tokens' logits are wanted; several of one row's come to the first places.</param>
    private void Run(int[] rows, long[] ids, int tokens, long[] wanted)
    {
        var lengths = Array.ConvertAll(rows, _slots.Length);
        var firstSlot = _slots[rows[0]];
        var isPrompt = rows.Length == 1 && tokens >= lengths[0];
        using var inputIds = OrtValue.CreateTensorValueFromMemory(ids, [rows.Length, tokens]);
        using var lastPositions = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(lengths, length => length - 1), [rows.Length]);
        using var totalLength = OrtValue.CreateTensorValueFromMemory([isPrompt ? tokens : lengths.Max()], []);
        using var outputTokens = OrtValue.CreateTensorValueFromMemory(wanted, [wanted.Length]);
        using var queryPositions = isPrompt
            ? OrtValue.CreateTensorValueFromMemory([.. Enumerable.Range(0, tokens).Select(position => (float)position)], [1, tokens])
            : OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(lengths, length => length - 1f), [rows.Length, 1]);
        var logits = _logits.Outputs(wanted.Length > rows.Length ? 0 : firstSlot, wanted.Length);
        var cache = _slots.Cache;
        var caches = cache.Views(firstSlot, [rows.Length, model.Cache.Heads, cache.Capacity, model.Cache.Width]);
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
}
