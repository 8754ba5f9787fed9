using Pipeline.Inference.Generation;
using Pipeline.Inference.Generation.Memory;

namespace Pipeline.Inference.Cuda;

/// <summary>
/// Draws tokens where the logits lie: <see cref="TokenDraw"/> on a GPU, for many rows at a time. It differs from that by rounding alone: weights are whole numbers,
/// of which the highest is 2^40.
/// </summary>
/// <param name="memory">Where the logits lie.</param>
internal sealed unsafe class DrawKernel(DecoderMemory memory) : IDisposable
{
    // As the kernel is written.
    private const int Threads = 1024;

    // For each draw a double, and a row, a scale, a count, a mass; and the id and its logit, which come back.
    private const int DrawBytes = sizeof(double) + (6 * sizeof(int));
    private const float Log2E = 1.44269504f;

    private readonly CudaKernel _kernel = CudaKernel.Load("draw");
    private StagedMemory? _staged;

    /// <summary>Draws one token for each.</summary>
    /// <param name="stream">What the logits are made on.</param>
    /// <param name="logits">float16 [rows, vocabulary].</param>
    /// <param name="vocabulary">At most 2^23.</param>
    /// <param name="draws">At least one.</param>
    public ScoredToken[] Run(IntPtr stream, IntPtr logits, int vocabulary, IReadOnlyList<RowDraw> draws)
    {
        var count = draws.Count;
        var staged = Reserve(count);
        var uniforms = (double*)staged.Staged;
        var rows = (int*)(uniforms + count);
        var scales = (float*)(rows + count);
        var counts = (int*)(scales + count);
        var masses = (float*)(counts + count);
        var ids = (int*)(masses + count);
        var chosen = (float*)(ids + count);
        for (var i = 0; i < count; i++)
        {
            var draw = draws[i];
            (uniforms[i], rows[i], counts[i]) = (draw.Uniform, draw.Row, draw.TopK ?? 0);
            (scales[i], masses[i]) = ((float)Math.Min(float.MaxValue, Log2E / draw.Temperature), (float)(draw.TopP ?? 1));
        }

        CudaTurns.Share(() =>
        {
            staged.CopyIn();
            var at = staged.Device + (count * sizeof(double));
            var part = (nint)count * sizeof(int);
            _kernel.Launch(
                stream, count, 1, Threads, logits, at, at + part, at + (2 * part), at + (3 * part), staged.Device, at + (4 * part), at + (5 * part), vocabulary);
            staged.CopyOut();
            memory.Synchronize();
        });
        var tokens = new ScoredToken[count];
        for (var i = 0; i < count; i++)
        {
            tokens[i] = new(ids[i], chosen[i]);
        }

        return tokens;
    }

    public void Dispose() => _staged?.Dispose();

    private StagedMemory Reserve(int draws)
    {
        if (_staged is null || _staged.Bytes < (long)draws * DrawBytes)
        {
            _staged?.Dispose();
            // Not there any more, should there be no memory for the other.
            _staged = null;
            _staged = new(memory, (long)draws * DrawBytes);
        }

        return _staged;
    }
}
