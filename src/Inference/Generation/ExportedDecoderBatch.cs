using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Generation;

/// <summary>Rows of an <see cref="ExportedDecoder"/>, padded on the left to the longest. The cache is copied by every step, and by every new row.</summary>
internal sealed class ExportedDecoderBatch : IDecoderBatch
{
    private readonly ExportedDecoder _model;
    private readonly RunOptions _options = new();
    private readonly ImmutableArray<string> _inputNames;
    private readonly ImmutableArray<string> _outputNames;
    private OrtValue[] _past = [];
    private int[] _padding = [];
    private float[] _logits = [];
    private int _length;

    public ExportedDecoderBatch(ExportedDecoder model)
    {
        _model = model;
        _inputNames =
        [
            ExportedDecoder.InputIds, ExportedDecoder.AttentionMask, .. model.Caches.Select(cache => cache.Past),
            .. model.TakesPositions ? [ExportedDecoder.PositionIds] : Array.Empty<string>(),
        ];
        _outputNames = [ExportedDecoder.Logits, .. model.Caches.Select(cache => cache.Present)];
    }

    public int Rows => _padding.Length;

    public ReadOnlySpan<float> Logits(int row) => _logits.AsSpan(row * _model.VocabularySize, _model.VocabularySize);

    /// <summary>Nothing: the graph makes its caches anew with every step.</summary>
    public void Reserve(int rows, int tokens)
    {
    }

    public void Add(ReadOnlySpan<int> prompt)
    {
        var logits = Rows * _model.VocabularySize;
        Array.Resize(ref _logits, Math.Max(_logits.Length, logits + _model.VocabularySize));
        OrtValue[] past = [.. _model.Caches.Select(cache => Allocate(cache.Shape(1, 0, _model.Profile)))];
        try
        {
            var piece = (int)Math.Clamp(_model.LogitsOfRun / _model.VocabularySize, 1, prompt.Length);
            for (var first = 0; first < prompt.Length; first += piece)
            {
                var ids = prompt.Slice(first, Math.Min(piece, prompt.Length - first));
                past = Run(ids, past, [0], first + ids.Length, _logits.AsSpan(logits));
            }

            Join(past, prompt.Length);
        }
        finally
        {
            Array.ForEach(past, cache => cache.Dispose());
        }
    }

    public void Append(ReadOnlySpan<int> nextIds)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nextIds.Length, Rows);
        _length++;
        if (_logits.Length < Rows * _model.VocabularySize)
        {
            _logits = new float[Rows * _model.VocabularySize];
        }

        _past = Run(nextIds, _past, _padding, _length, _logits);
    }

    public void Reorder(ReadOnlySpan<int> sourceRows)
    {
        var (rows, padding) = (Rows, _padding);
        _padding = Array.ConvertAll(sourceRows.ToArray(), row => padding[row]);

        // What pads every row that is left is dropped.
        var dropped = _padding.Length == 0 ? _length : _padding.Min();
        _length -= dropped;
        _padding = Array.ConvertAll(_padding, row => row - dropped);
        for (var cache = 0; cache < _past.Length; cache++)
        {
            using var old = _past[cache];
            _past[cache] = Allocate(_model.Caches[cache].Shape(Rows, _length, _model.Profile));
            for (var row = 0; row < sourceRows.Length; row++)
            {
                CopyRow(cache, old, rows, sourceRows[row], _past[cache], Rows, row);
            }
        }
    }

    public void Dispose()
    {
        Array.ForEach(_past, cache => cache.Dispose());
        _options.Dispose();
    }

    private OrtValue Allocate(long[] shape) => OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, _model.CacheType, shape);

    /// <summary>Puts a row behind the others; the shorter ones are padded.</summary>
    private void Join(OrtValue[] past, int length)
    {
        var joined = Math.Max(_length, length);
        var rows = Rows;
        var old = _past;
        _past = [.. _model.Caches.Select(cache => Allocate(cache.Shape(rows + 1, joined, _model.Profile)))];
        for (var cache = 0; cache < _past.Length; cache++)
        {
            // Padding is masked, but the mask adds to it: it must be a number.
            _past[cache].GetTensorMutableRawData().Clear();
            for (var row = 0; row < rows; row++)
            {
                CopyRow(cache, old[cache], rows, row, _past[cache], rows + 1, row);
            }

            CopyRow(cache, past[cache], 1, 0, _past[cache], rows + 1, rows);
        }

        Array.ForEach(old, cache => cache.Dispose());
        _padding = [.. _padding.Select(padding => padding + joined - _length), joined - length];
        _length = joined;
    }

    /// <summary>Copies a row to another cache, aligned at the last token: what is too much of padding falls off on the left.</summary>
    private void CopyRow(int cache, OrtValue source, int sourceRows, int sourceRow, OrtValue destination, int destinationRows, int destinationRow)
    {
        var lines = _model.Caches[cache].Lines(_model.Profile);
        var from = source.GetTensorMutableRawData();
        var to = destination.GetTensorMutableRawData();
        var (fromLine, toLine) = (from.Length / sourceRows / lines, to.Length / destinationRows / lines);
        var kept = Math.Min(fromLine, toLine);
        for (var line = 0; line < lines; line++)
        {
            from.Slice((((sourceRow * lines) + line) * fromLine) + fromLine - kept, kept)
                .CopyTo(to[((((destinationRow * lines) + line) * toLine) + toLine - kept)..]);
        }
    }

    /// <summary>Runs the next tokens of some rows, the same number of each.</summary>
    /// <param name="ids">Of one row after the other.</param>
    /// <param name="past">Disposed when the run succeeds.</param>
    /// <param name="padding">Of each row.</param>
    /// <param name="length">Tokens of a row, padding and new ones included.</param>
    /// <param name="logits">Gets those of each row's last token.</param>
    /// <returns>The past of the next run.</returns>
    private OrtValue[] Run(ReadOnlySpan<int> ids, OrtValue[] past, int[] padding, int length, Span<float> logits)
    {
        var rows = padding.Length;
        var tokens = ids.Length / rows;
        var wide = new long[ids.Length];
        var mask = new long[rows * length];
        var positions = new long[ids.Length];
        for (var row = 0; row < rows; row++)
        {
            mask.AsSpan((row * length) + padding[row], length - padding[row]).Fill(1);
            for (var token = 0; token < tokens; token++)
            {
                wide[(row * tokens) + token] = ids[(row * tokens) + token];
                positions[(row * tokens) + token] = length - tokens + token - padding[row];
            }
        }

        using var idValue = OrtValue.CreateTensorValueFromMemory(wide, [rows, tokens]);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(mask, [rows, length]);
        using var positionValue = OrtValue.CreateTensorValueFromMemory(positions, [rows, tokens]);
        OrtValue[] inputs = [idValue, maskValue, .. past, .. _model.TakesPositions ? [positionValue] : Array.Empty<OrtValue>()];
        var outputs = _model.Session.Run(_options, _inputNames, inputs, _outputNames);
        using var all = outputs[0];
        Array.ForEach(past, cache => cache.Dispose());
        TakeLast(all, rows, tokens, logits);
        return [.. outputs.Skip(1)];
    }

    /// <summary>Keeps the logits of each row's last token.</summary>
    private void TakeLast(OrtValue all, int rows, int tokens, Span<float> logits)
    {
        var info = all.GetTensorTypeAndShape();
        var vocabulary = _model.VocabularySize;
        if (!info.Shape.AsSpan().SequenceEqual([rows, tokens, vocabulary]))
        {
            throw new ModelException(
                $"The exported graph gives logits [{string.Join(", ", info.Shape)}]; [{rows}, {tokens}, {vocabulary}] is expected by config.json. "
                + "Take graph and configuration of the same model.");
        }

        for (var row = 0; row < rows; row++)
        {
            var first = (((row + 1) * tokens) - 1) * vocabulary;
            var destination = logits.Slice(row * vocabulary, vocabulary);
            if (info.ElementDataType == TensorElementType.Float16)
            {
                TensorPrimitives.ConvertToSingle(
                    MemoryMarshal.Cast<Float16, Half>(all.GetTensorDataAsSpan<Float16>().Slice(first, vocabulary)), destination);
            }
            else
            {
                all.GetTensorDataAsSpan<float>().Slice(first, vocabulary).CopyTo(destination);
            }
        }
    }
}
