using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Generation;

/// <summary>Rows of an <see cref="ExportedDecoder"/>.</summary>
internal sealed class ExportedDecoderBatch : IDecoderBatch
{
    private readonly ExportedDecoder _model;
    private readonly RunOptions _options = new();
    private readonly ImmutableArray<string> _inputNames;
    private readonly ImmutableArray<string> _outputNames;
    private OrtValue[] _past;
    private int[] _padding;
    private float[] _logits = [];
    private int _length;

    public ExportedDecoderBatch(ExportedDecoder model, IReadOnlyList<int[]> prompts)
    {
        _model = model;
        _inputNames =
        [
            ExportedDecoder.InputIds, ExportedDecoder.AttentionMask, .. model.Caches.Select(cache => cache.Past),
            .. model.TakesPositions ? [ExportedDecoder.PositionIds] : Array.Empty<string>(),
        ];
        _outputNames = [ExportedDecoder.Logits, .. model.Caches.Select(cache => cache.Present)];
        _past = [.. model.Caches.Select(cache => Allocate(cache.EmptyShape(prompts.Count, model.Profile)))];
        var longest = prompts.Max(prompt => prompt.Length);
        _padding = [.. prompts.Select(prompt => longest - prompt.Length)];
        var piece = (int)Math.Clamp(model.LogitsOfRun / ((long)prompts.Count * model.VocabularySize), 1, longest);
        try
        {
            for (var first = 0; first < longest; first += piece)
            {
                var tokens = Math.Min(piece, longest - first);
                Run([.. prompts.SelectMany((prompt, row) => Enumerable.Range(first - _padding[row], tokens).Select(i => i < 0 ? 0L : prompt[i]))], tokens);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Rows => _padding.Length;

    public ReadOnlySpan<float> Logits(int row) => _logits.AsSpan(row * _model.VocabularySize, _model.VocabularySize);

    public void Append(ReadOnlySpan<int> nextIds)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nextIds.Length, Rows);
        var ids = new long[nextIds.Length];
        for (var row = 0; row < ids.Length; row++)
        {
            ids[row] = nextIds[row];
        }

        Run(ids, 1);
    }

    public void Reorder(ReadOnlySpan<int> sourceRows)
    {
        for (var cache = 0; cache < _past.Length; cache++)
        {
            using var old = _past[cache];
            var shape = old.GetTensorTypeAndShape().Shape;
            shape[0] = shape[0] / Rows * sourceRows.Length;
            _past[cache] = Allocate(shape);
            var source = old.GetTensorMutableRawData();
            var destination = _past[cache].GetTensorMutableRawData();
            var size = source.Length / Rows;
            for (var row = 0; row < sourceRows.Length; row++)
            {
                source.Slice(sourceRows[row] * size, size).CopyTo(destination[(row * size)..]);
            }
        }

        var padding = _padding;
        _padding = Array.ConvertAll(sourceRows.ToArray(), row => padding[row]);
    }

    public void Dispose()
    {
        Array.ForEach(_past, cache => cache.Dispose());
        _options.Dispose();
    }

    private OrtValue Allocate(long[] shape) => OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, _model.CacheType, shape);

    private void Run(long[] ids, int tokens)
    {
        _length += tokens;
        var mask = new long[Rows * _length];
        var positions = new long[Rows * tokens];
        for (var row = 0; row < Rows; row++)
        {
            mask.AsSpan((row * _length) + Math.Min(_padding[row], _length), Math.Max(0, _length - _padding[row])).Fill(1);
            for (var token = 0; token < tokens; token++)
            {
                positions[(row * tokens) + token] = Math.Max(0, _length - tokens + token - _padding[row]);
            }
        }

        using var idValue = OrtValue.CreateTensorValueFromMemory(ids, [Rows, tokens]);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(mask, [Rows, _length]);
        using var positionValue = OrtValue.CreateTensorValueFromMemory(positions, [Rows, tokens]);
        OrtValue[] inputs = [idValue, maskValue, .. _past, .. _model.TakesPositions ? [positionValue] : Array.Empty<OrtValue>()];
        var outputs = _model.Session.Run(_options, _inputNames, inputs, _outputNames);
        using var logits = outputs[0];
        Array.ForEach(_past, cache => cache.Dispose());
        _past = [.. outputs.Skip(1)];
        TakeLast(logits, tokens);
    }

    /// <summary>Keeps the logits of each row's last token.</summary>
    private void TakeLast(OrtValue logits, int tokens)
    {
        var info = logits.GetTensorTypeAndShape();
        var vocabulary = _model.VocabularySize;
        if (!info.Shape.AsSpan().SequenceEqual([Rows, tokens, vocabulary]))
        {
            throw new ModelException(
                $"The exported graph gives logits [{string.Join(", ", info.Shape)}]; [{Rows}, {tokens}, {vocabulary}] is expected by config.json. "
                + "Take graph and configuration of the same model.");
        }

        if (_logits.Length < Rows * vocabulary)
        {
            _logits = new float[Rows * vocabulary];
        }

        for (var row = 0; row < Rows; row++)
        {
            var first = ((row + 1) * tokens - 1) * vocabulary;
            var destination = _logits.AsSpan(row * vocabulary, vocabulary);
            if (info.ElementDataType == TensorElementType.Float16)
            {
                TensorPrimitives.ConvertToSingle(
                    MemoryMarshal.Cast<Float16, Half>(logits.GetTensorDataAsSpan<Float16>().Slice(first, vocabulary)), destination);
            }
            else
            {
                logits.GetTensorDataAsSpan<float>().Slice(first, vocabulary).CopyTo(destination);
            }
        }
    }
}
