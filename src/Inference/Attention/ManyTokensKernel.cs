using Pipeline.Inference.Cuda;

namespace Pipeline.Inference.Attention;

/// <summary>A kernel of attention.h: attention of texts or prompts whose queries, keys and values are of one run.</summary>
/// <param name="kind">text or prompt, as the kernels are called.</param>
/// <param name="heads">Heads.</param>
/// <param name="size">Numbers of a head: a multiple of 8 up to 64, of prompts up to 128.</param>
/// <param name="scale">Factor of the scores.</param>
internal sealed unsafe class ManyTokensKernel(string kind, int heads, int size, float scale)
{
    // As the kernels are written.
    private const int Threads = 128;
    private const int Queries = 64;
    private const int HopperNumbers = 64;

    private readonly CudaKernel _kernel = CudaKernel.Load(size switch
    {
        <= HopperNumbers when CudaKernel.IsHopper => $"{kind}_attention{CudaKernel.HopperSuffix}",
        <= 64 => $"{kind}_attention_64",
        <= 96 => $"{kind}_attention_96",
        _ => $"{kind}_attention_128",
    });

    /// <summary>Starts it.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="qkv">[tokens, 3, heads, size].</param>
    /// <param name="queryBias">[heads, size].</param>
    /// <param name="starts">[texts + 1]: where each text's tokens begin, and where the last text's end.</param>
    /// <param name="slopes">[heads], of prompts.</param>
    /// <param name="output">[tokens, heads, size].</param>
    /// <param name="texts">Texts.</param>
    /// <param name="longest">No text has more tokens.</param>
    public void Launch(IntPtr stream, Half* qkv, Half* queryBias, int* starts, float* slopes, Half* output, int texts, int longest)
    {
        var tiles = (longest + Queries - 1) / Queries;
        _kernel.Launch(
            stream, heads * tiles, texts, Threads, (IntPtr)qkv, (IntPtr)queryBias, (IntPtr)starts, (IntPtr)slopes, (IntPtr)output, heads, size, tiles, scale);
    }
}
