using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Architectures;
using Pipeline.Inference.Generation.Memory;

namespace Pipeline.Inference.Generation;

/// <summary>What a graph says of each slot's next token. The logits stay where the model runs; of a graph that chooses, the choice comes along.</summary>
internal sealed class RowLogits(DecoderModel model, int slots) : IDisposable
{
    private readonly int _vocabulary = model.VocabularySize;
    private readonly long[] _bestIds = new long[model.Chooses ? slots : 0];
    private readonly float[] _bestLogits = new float[model.Chooses ? slots : 0];
    private readonly float[] _logSumExps = new float[model.Chooses ? slots : 0];
    private IntPtr _memory = slots == 0 ? IntPtr.Zero : model.Memory.Allocate(slots * RowBytes(model));

    /// <summary>The graph's outputs that <see cref="Outputs"/> is for, in its order.</summary>
    public static IEnumerable<string> Names(DecoderModel model) => model.Chooses
        ? [DecoderGraph.Logits, DecoderGraph.BestIds, DecoderGraph.BestLogits, DecoderGraph.LogSumExps]
        : [DecoderGraph.Logits];

    /// <summary>Where the logits of all slots lie, one behind the other.</summary>
    public IntPtr Memory => _memory;

    /// <summary>Logits of a slot; a copy where they are not in the machine's memory.</summary>
    public ReadOnlySpan<float> Of(int slot) => model.Memory.Read(Address(slot), model.LogitsType, _vocabulary);

    /// <summary>The best id of a slot.</summary>
    public BestToken Best(int slot) =>
        model.Chooses ? new((int)_bestIds[slot], _bestLogits[slot], _logSumExps[slot]) : BestToken.Of(Of(slot));

    /// <summary>Room for the outputs of a run of some consecutive slots; to be disposed by the caller.</summary>
    public OrtValue[] Outputs(int firstSlot, int count)
    {
        var logits = model.Memory.Tensor(Address(firstSlot), model.LogitsType, [count, _vocabulary]);
        return model.Chooses ? [logits, Choice(_bestIds), Choice(_bestLogits), Choice(_logSumExps)] : [logits];

        OrtValue Choice<T>(T[] values)
            where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(firstSlot, count), [count]);
    }

    /// <summary>The logits of the first slots; to be disposed by the caller.</summary>
    public OrtValue View(int count) => model.Memory.Tensor(Address(0), model.LogitsType, [count, _vocabulary]);

    /// <summary>The choices of the first slots, which came another way than <see cref="Outputs"/>.</summary>
    public void SetChoices(int count, ReadOnlySpan<long> ids, ReadOnlySpan<float> logits, ReadOnlySpan<float> logSumExps)
    {
        ids[..count].CopyTo(_bestIds);
        logits[..count].CopyTo(_bestLogits);
        logSumExps[..count].CopyTo(_logSumExps);
    }

    /// <summary>Copies what is known of a slot.</summary>
    public void CopyTo(int slot, RowLogits destination, int destinationSlot)
    {
        var bytes = RowBytes(model);
        model.Memory.Copy(Address(slot), bytes, destination.Address(destinationSlot), bytes, bytes, 1);
        if (model.Chooses)
        {
            destination._bestIds[destinationSlot] = _bestIds[slot];
            destination._bestLogits[destinationSlot] = _bestLogits[slot];
            destination._logSumExps[destinationSlot] = _logSumExps[slot];
        }
    }

    public void Dispose()
    {
        if (_memory != IntPtr.Zero)
        {
            model.Memory.Free(_memory);
            _memory = IntPtr.Zero;
        }
    }

    private IntPtr Address(int slot) => _memory + (nint)(slot * RowBytes(model));

    private static long RowBytes(DecoderModel model) => (long)model.VocabularySize * DecoderMemory.ElementBytes(model.LogitsType);
}
