using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Generation.Memory;

namespace Pipeline.Inference.Generation;

/// <summary>What a model's keys and values are like.</summary>
/// <param name="Type">Type of their numbers.</param>
/// <param name="Tensors">Two for each layer.</param>
/// <param name="Heads">Heads of keys and values whose tokens lie together; 1 where all heads are in a block.</param>
/// <param name="Width">Numbers of a token of a head, a scale among them where they have one; or of all heads of a token.</param>
/// <param name="Block">Tokens that lie together, and are copied together.</param>
internal readonly record struct CacheShape(TensorElementType Type, int Tensors, int Heads, int Width, int Block)
{
    /// <summary>Bytes of a token of a head in one tensor.</summary>
    public long HeadTokenBytes => (long)Width * DecoderMemory.ElementBytes(Type);

    /// <summary>Bytes of a token in all tensors.</summary>
    public long TokenBytes => Tensors * Heads * HeadTokenBytes;

    /// <summary>So many tokens and those that lie together with the last of them.</summary>
    public int WholeBlocks(int tokens) => (tokens + Block - 1) / Block * Block;
}
