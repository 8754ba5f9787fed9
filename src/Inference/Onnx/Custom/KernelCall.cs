using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Pipeline.Inference.Onnx.Custom;

/// <summary>One run of a node: its tensors, which stay where they are until it ends, and the threads of its session.</summary>
internal readonly unsafe struct KernelCall(IntPtr context)
{
    /// <summary>The lengths of an input's dimensions.</summary>
    public long[] Shape(int input) => OrtApi.Shape(OrtApi.Input(context, input));

    /// <summary>The numbers of an input; null for one that is left out.</summary>
    public T* Input<T>(int input)
        where T : unmanaged
    {
        var value = OrtApi.Input(context, input);
        return value == IntPtr.Zero ? null : (T*)OrtApi.Data(value);
    }

    /// <summary>Where an output's numbers go.</summary>
    public T* Output<T>(int output, params ReadOnlySpan<long> shape)
        where T : unmanaged => (T*)OrtApi.Data(OrtApi.Output(context, output, shape));

    /// <summary>The CUDA stream on which a GPU runs the node.</summary>
    public IntPtr Stream => OrtApi.Stream(context);

    /// <summary>Does something for 0 to <paramref name="count"/> - 1, in any order, on all threads of the session.</summary>
    public void Parallel(int count, Action<int> body)
    {
        var work = new Work(body);
        var handle = GCHandle.Alloc(work);
        try
        {
            OrtApi.ParallelFor(context, &Run, count, GCHandle.ToIntPtr(handle));
        }
        finally
        {
            handle.Free();
        }

        work.Failure?.Throw();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Run(IntPtr state, nuint index)
    {
        var work = (Work)GCHandle.FromIntPtr(state).Target!;
        try
        {
            work.Body((int)index);
        }
        catch (Exception exception)
        {
            // Nothing may leave through native frames; Parallel throws it again.
            work.Failure = ExceptionDispatchInfo.Capture(exception);
        }
    }

    private sealed class Work(Action<int> body)
    {
        public Action<int> Body => body;

        public ExceptionDispatchInfo? Failure { get; set; }
    }
}
