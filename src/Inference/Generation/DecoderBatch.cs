using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Architectures;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Rows of a <see cref="DecoderModel"/>. A row lies in a slot of the cache; rows change places by changing slots, and only what is
/// repeated, or lies behind the last slot that is left, is copied.
/// </summary>
internal sealed class DecoderBatch : IDecoderBatch
{
    private readonly DecoderModel _model;
    private readonly KeyValueCache[] _caches;
    private readonly ImmutableArray<string> _inputNames;
    private readonly ImmutableArray<string> _outputNames;
    private readonly RunOptions _options = new();
    private float[] _logits = [];
    private Slot[] _slots;
    private int[] _slotOfRow;

    public DecoderBatch(DecoderModel model, IReadOnlyList<int[]> prompts, int newTokens)
    {
        _model = model;
        var profile = model.Profile;
        var longest = prompts.Max(prompt => prompt.Length);

        // An even width: attention takes its queries in blocks, and a block of one query alone would be multiplied by another routine, whose
        // rounding differs. A row's bits must not depend on whether a neighbour makes the block longer.
        var width = longest > 1 ? longest + (longest % 2) : 1;
        var capacity = Math.Max(width, Math.Min(longest + newTokens, model.MaxTokens));
        _caches =
        [
            .. Enumerable.Range(0, 2 * profile.Layers)
                .Select(_ => new KeyValueCache(prompts.Count, profile.KvHeads, capacity, profile.HeadSize)),
        ];
        _inputNames = [.. InputNames(model)];
        _outputNames = [DecoderGraph.Logits, .. CacheNames(profile.Layers, DecoderGraph.PresentKey, DecoderGraph.PresentValue)];
        _slots = [.. prompts.Select((prompt, index) => new Slot(index, prompt.Length, prompt.Length))];
        _slotOfRow = [.. Enumerable.Range(0, prompts.Count)];

        var ids = new long[prompts.Count * width];
        for (var row = 0; row < prompts.Count; row++)
        {
            for (var position = 0; position < prompts[row].Length; position++)
            {
                ids[(row * width) + position] = prompts[row][position];
            }
        }

        try
        {
            Run(ids, width, isPrompt: true);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Rows => _slotOfRow.Length;

    public ReadOnlySpan<float> Logits(int row) => _logits.AsSpan(_slotOfRow[row] * _model.VocabularySize, _model.VocabularySize);

    public void Append(ReadOnlySpan<int> nextIds)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nextIds.Length, Rows);
        var ids = new long[Rows];
        for (var row = 0; row < Rows; row++)
        {
            var slot = _slotOfRow[row];
            ids[slot] = nextIds[row];
            _slots[slot] = _slots[slot] with { Length = _slots[slot].Length + 1 };
        }

        Run(ids, 1, isPrompt: false);
    }

    public void Reorder(ReadOnlySpan<int> sourceRows)
    {
        var slotOfRow = new int[sourceRows.Length];
        var taken = new bool[sourceRows.Length];
        var homeless = new List<int>();
        for (var row = 0; row < slotOfRow.Length; row++)
        {
            // The first row that continues a slot stays in it.
            var slot = _slotOfRow[sourceRows[row]];
            if (slot < taken.Length && !taken[slot])
            {
                (slotOfRow[row], taken[slot]) = (slot, true);
            }
            else
            {
                homeless.Add(row);
            }
        }

        if (sourceRows.Length > Rows)
        {
            Resize(sourceRows.Length);
        }

        // A free slot is nobody's source, or the first who continues it would have stayed: copying in any order is safe.
        var free = 0;
        foreach (var row in homeless)
        {
            free = Array.IndexOf(taken, false, free);
            (slotOfRow[row], taken[free]) = (free, true);
            Copy(_slotOfRow[sourceRows[row]], free);
        }

        if (sourceRows.Length < Rows)
        {
            Resize(sourceRows.Length);
        }

        _slotOfRow = slotOfRow;
    }

    public void Dispose()
    {
        foreach (var cache in _caches)
        {
            cache.Dispose();
        }

        _options.Dispose();
    }

    private void Resize(int rows)
    {
        foreach (var cache in _caches)
        {
            cache.Resize(rows);
        }

        Array.Resize(ref _slots, rows);
    }

    private void Copy(int source, int destination)
    {
        var (from, to) = (_slots[source], _slots[destination]);

        // Beams of the same prompt share its keys and values.
        var first = from.Prompt == to.Prompt && to.Length > 0 ? from.PromptLength : 0;
        foreach (var cache in _caches)
        {
            cache.CopyRow(source, destination, first..from.Length);
        }

        _slots[destination] = from;
    }

    private void Run(long[] ids, int tokens, bool isPrompt)
    {
        var rows = _slots.Length;
        var vocabulary = _model.VocabularySize;
        if (_logits.Length < rows * vocabulary)
        {
            _logits = new float[rows * vocabulary];
        }

        using var inputIds = OrtValue.CreateTensorValueFromMemory(ids, [rows, tokens]);
        using var lastPositions = OrtValue.CreateTensorValueFromMemory([.. _slots.Select(slot => slot.Length - 1)], [rows]);
        using var totalLength = OrtValue.CreateTensorValueFromMemory([isPrompt ? tokens : _slots.Max(slot => slot.Length)], []);
        using var outputTokens = OrtValue.CreateTensorValueFromMemory(
            [.. _slots.Select((slot, row) => ((long)row * tokens) + (isPrompt ? slot.Length - 1 : 0))], [rows]);
        using var queryPositions = isPrompt
            ? OrtValue.CreateTensorValueFromMemory([.. Enumerable.Range(0, tokens).Select(position => (float)position)], [1, tokens])
            : OrtValue.CreateTensorValueFromMemory([.. _slots.Select(slot => slot.Length - 1f)], [rows, 1]);
        using var logits = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, _logits.AsMemory(0, rows * vocabulary), [rows, vocabulary]);

        var caches = _caches.Select(cache => cache.Tensor);
        List<OrtValue> inputs = [inputIds, lastPositions, totalLength, outputTokens, .. caches];
        if (_model.TakesPositions)
        {
            inputs.Add(queryPositions);
        }

        _model.Session.Run(_options, _inputNames, inputs, _outputNames, [logits, .. caches]);
    }

    private static IEnumerable<string> InputNames(DecoderModel model)
    {
        string[] names =
        [
            DecoderGraph.InputIds, DecoderGraph.LastPositions, DecoderGraph.TotalLength, DecoderGraph.OutputTokens,
            .. CacheNames(model.Profile.Layers, DecoderGraph.PastKey, DecoderGraph.PastValue),
        ];
        return model.TakesPositions ? names.Append(DecoderGraph.QueryPositions) : names;
    }

    private static IEnumerable<string> CacheNames(int layers, Func<int, string> key, Func<int, string> value) =>
        Enumerable.Range(0, layers).SelectMany(layer => (string[])[key(layer), value(layer)]);

    /// <summary>What lies in a slot of the cache.</summary>
    /// <param name="Prompt">Number of the prompt.</param>
    /// <param name="PromptLength">Its tokens.</param>
    /// <param name="Length">Tokens so far.</param>
    private readonly record struct Slot(int Prompt, int PromptLength, int Length);
}
