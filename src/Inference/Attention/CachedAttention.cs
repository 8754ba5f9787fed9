using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Attention;

/// <summary>
/// Causal attention of decoders on CPUs, with keys and values in int8: a prompt's tokens see each other in float32, every token after them sees the
/// cache. What a token gets does not depend on the rows beside it, on how many tokens behind the prompt come at once, nor on the number of threads.
/// </summary>
/// <remarks>
/// Inputs: float32 [rows, tokens, (heads + 2 * kvHeads) * headSize], the queries, keys and values of new tokens, where the tokens up to the last position
/// are a prompt and others go on with their row;
/// int8 [rows, kvHeads, capacity, headSize + 4] keys and values, which are changed in place (see <see cref="QuantizedCache"/>); int32 [rows], the position
/// of each row's last token, from 0; float32 [heads], ALiBi's slopes; float32 [positions, headSize / 2], cosines and sines of rotary positions. Slopes
/// and the two tables may be left out. Output: float32 [rows, tokens, heads * headSize].
/// </remarks>
internal sealed class CachedAttention() : CustomOperator(
    OperatorName,
    [DataType.Float, DataType.Int8, DataType.Int8, DataType.Int32, DataType.Float, DataType.Float, DataType.Float],
    optional: 3,
    [DataType.Float])
{
    public const string OperatorName = "CachedAttention";

    /// <summary>A head's size is a multiple of it.</summary>
    public const int HeadStep = 8;

    public override ICustomKernel Create(KernelAttributes attributes) => new Kernel(
        new(attributes.Integer("heads"), attributes.Integer("kv_heads"), attributes.Integer("head_size"), attributes.Float("scale")));

    private sealed unsafe class Kernel(AttentionShape shape) : ICustomKernel
    {
        public void Compute(KernelCall call)
        {
            var size = call.Shape(0);
            var (rows, tokens) = ((int)size[0], (int)size[1]);
            var capacity = (int)call.Shape(1)[2];
            if (size[2] != shape.TokenWidth || capacity % QuantizedCache.BlockTokens != 0 || tokens > capacity)
            {
                throw new InvalidOperationException(
                    $"{tokens} tokens of {size[2]} numbers and room for {capacity} do not fit attention with {shape.Heads} heads of {shape.HeadSize}.");
            }

            var input = call.Input<float>(0);
            var keys = call.Input<sbyte>(1);
            var values = call.Input<sbyte>(2);
            var last = call.Input<int>(3);
            var positions = new Positions(call.Input<float>(4), call.Input<float>(5), call.Input<float>(6), shape.HeadSize);
            var turns = positions.Turns ? call.Shape(5)[0] : capacity;
            var output = call.Output<float>(0, rows, tokens, shape.Heads * shape.HeadSize);
            var headBytes = (long)capacity * QuantizedCache.TokenBytes(shape.HeadSize);
            var isPrompt = tokens > 1 && last[0] + 1 == tokens;
            for (var row = 0; row < rows; row++)
            {
                if (last[row] >= capacity || last[row] >= turns || last[row] + 1 < tokens || (isPrompt && last[row] + 1 != tokens))
                {
                    throw new InvalidOperationException(
                        $"Row {row} ends at position {last[row]}, which does not fit its {tokens} tokens, room for {capacity}, or the rows before it.");
                }
            }

            // A prompt's heads are worth a task each; a step's share what they read of the cache.
            var tasks = isPrompt ? shape.Heads : shape.KvHeads;
            call.Parallel(rows * tasks, task =>
            {
                var (row, head) = (task / tasks, task % tasks);
                var cache = ((row * shape.KvHeads) + (isPrompt ? head / shape.Group : head)) * headBytes;
                var from = input + ((long)row * tokens * shape.TokenWidth);
                var to = output + ((long)row * tokens * shape.Heads * shape.HeadSize);
                if (isPrompt)
                {
                    PromptAttention.Run(shape, positions, from, tokens, head, keys + cache, values + cache, to);
                    return;
                }

                for (var token = 0; token < tokens; token++)
                {
                    StepAttention.Run(
                        shape, positions, from + ((long)token * shape.TokenWidth), last[row] + 1 - tokens + token, head, keys + cache, values + cache,
                        to + ((long)token * shape.Heads * shape.HeadSize));
                }
            });
        }
    }
}
