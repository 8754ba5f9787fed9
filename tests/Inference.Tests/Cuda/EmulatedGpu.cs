using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Attention;
using Pipeline.Inference.Kernels;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Cuda;

/// <summary>
/// Runs operators for GPUs whose kernels are emulated: kernels.cu is compiled for the CPU and takes the place of the CUDA driver, for as long as the process.
/// So what a kernel computes, what it is given and how it is launched are tested without a GPU; how fast it is, and whether a driver takes its PTX, are not.
/// </summary>
public sealed class EmulatedGpu : IDisposable
{
    // Why there is none.
    private static readonly Lazy<string?> Missing = new(Load);

    private static readonly Lazy<IntPtr> Operators = new(() => CustomDomain.Create(
        CustomDomain.Name, new OnCpu(new AlibiAttention(ModelTarget.Cuda)), new OnCpu(new AlibiAttention(ModelTarget.Cuda, DataType.Int8)),
        new OnCpu(new BiasGelu(ModelTarget.Cuda)), new OnCpu(new ChooseBest(DataType.Float16, ModelTarget.Cuda)), new OnCpu(new TextAttention(ModelTarget.Cuda))));

    // Says which generation of cards it is.
    private static Emulate? s_emulate;

    // The emulator does one thing at a time.
    private static readonly Lock s_running = new();

    private readonly string _folder = Directory.CreateTempSubdirectory("pipeline-kernels-").FullName;

    private delegate void Emulate(int major);

    /// <summary>The major number of the card's compute capability.</summary>
    public int Generation { get; set; } = 8;

    /// <summary>Lets something start kernels of its own, with memory of the machine; skips the test where nothing can be emulated.</summary>
    internal T Use<T>(Func<T> action)
    {
        Assert.SkipUnless(Missing.Value is null, Missing.Value ?? string.Empty);
        lock (s_running)
        {
            s_emulate!(Generation);
            return action();
        }
    }

    /// <summary>Runs one operator of ours twice: as it is for GPUs, and as it is for CPUs.</summary>
    /// <param name="name">The operator.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="inputs">Half, sbyte, int or float numbers and their shapes; each run gets its own.</param>
    /// <param name="outputs">Types of its outputs.</param>
    /// <returns>Of both runs the outputs and, behind them, the inputs as they are afterwards.</returns>
    internal (double[][] Gpu, double[][] Cpu) Run(
        string name, (string, object)[] attributes, (Array Numbers, long[] Shape)[] inputs, params DataType[] outputs)
    {
        Assert.SkipUnless(Missing.Value is null, Missing.Value ?? string.Empty);
        var graph = new GraphBuilder("kernel");
        GraphValue[] values =
        [
            .. inputs.Select((input, i) => graph.Input(
                $"x{i}", (DataType)Type(input.Numbers), [.. input.Shape.Select((_, dimension) => (GraphDimension)$"d{i}_{dimension}")])),
        ];
        var results = graph.Nodes($"{CustomDomain.Name}.{name}", values, [.. outputs.Select(_ => true)], attributes);
        for (var i = 0; i < outputs.Length; i++)
        {
            graph.Output(graph.Reshape(results[i], -1), $"y{i}", outputs[i], "count");
        }

        var folder = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString())).FullName;
        graph.Save(folder, null, TestContext.Current.CancellationToken);
        var file = Path.Combine(folder, GraphBuilder.ModelFile);
        using var options = new SessionOptions();
        Inference.Onnx.Custom.OrtApi.AddDomain(options.DangerousGetHandle(), Operators.Value);
        lock (s_running)
        {
            s_emulate!(Generation);
            return (Run(new InferenceSession(file, options), inputs, outputs.Length), Run(OnnxSession.Open(file, threads: 1), inputs, outputs.Length));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static unsafe double[][] Run(InferenceSession session, (Array Numbers, long[] Shape)[] inputs, int outputs)
    {
        using var opened = session;
        using var options = new RunOptions();
        var memory = new GuardedMemory[inputs.Length];
        var values = new OrtValue[inputs.Length];
        try
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                var bytes = Buffer.ByteLength(Bits(inputs[i].Numbers));
                memory[i] = new(bytes);
                Copy(Bits(inputs[i].Numbers), memory[i].Start);
                values[i] = OrtValue.CreateTensorValueWithData(
                    OrtMemoryInfo.DefaultInstance, Type(inputs[i].Numbers), inputs[i].Shape, (IntPtr)memory[i].Start, bytes);
            }

            using var results = session.Run(options, [.. values.Select((_, i) => $"x{i}")], values, [.. Enumerable.Range(0, outputs).Select(i => $"y{i}")]);
            return [.. results.Concat(values).Select(Numbers)];
        }
        finally
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                values[i]?.Dispose();
                memory[i]?.Dispose();
            }
        }
    }

    private static TensorElementType Type(Array numbers) => numbers switch
    {
        Half[] => TensorElementType.Float16,
        sbyte[] => TensorElementType.Int8,
        int[] => TensorElementType.Int32,
        float[] => TensorElementType.Float,
        _ => throw new NotSupportedException($"No kernel takes {numbers.GetType()}."),
    };

    /// <summary>An array whose bytes can be copied.</summary>
    private static Array Bits(Array numbers) => numbers is Half[] halves ? MemoryMarshal.Cast<Half, ushort>(halves).ToArray() : numbers;

    private static unsafe void Copy(Array numbers, void* memory)
    {
        var handle = GCHandle.Alloc(numbers, GCHandleType.Pinned);
        var bytes = Buffer.ByteLength(numbers);
        Buffer.MemoryCopy((void*)handle.AddrOfPinnedObject(), memory, bytes, bytes);
        handle.Free();
    }

    private static double[] Numbers(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        TensorElementType.Float16 => [.. MemoryMarshal.Cast<Float16, Half>(value.GetTensorDataAsSpan<Float16>()).ToArray().Select(number => (double)number)],
        TensorElementType.Int8 => [.. value.GetTensorDataAsSpan<sbyte>().ToArray().Select(number => (double)number)],
        TensorElementType.Int64 => [.. value.GetTensorDataAsSpan<long>().ToArray().Select(number => (double)number)],
        TensorElementType.Int32 => [.. value.GetTensorDataAsSpan<int>().ToArray().Select(number => (double)number)],
        _ => [.. value.GetTensorDataAsSpan<float>().ToArray().Select(number => (double)number)],
    };

    private static string? Load()
    {
        if (NativeLibrary.TryLoad("libcuda.so.1", out _))
        {
            return "This machine has a GPU's driver, whose place the emulator would have to take.";
        }

        var compiler = ((string[])["clang-14", "clang", "g++"]).FirstOrDefault(name => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name))));
        if (!OperatingSystem.IsLinux() || compiler is null)
        {
            return "The kernels are emulated on Linux, where clang or g++ can compile them. Install one: apt install clang-14";
        }

        var folder = Directory.CreateTempSubdirectory("pipeline-emulator-").FullName;
        var emulator = Path.Combine(Checkout.Root, "tests", "Inference.Tests", "Cuda", "Emulator");
        var compiled = Path.Combine(folder, "emulator.o");
        Compile(
            compiler, "-x", "c++", "-std=c++17", "-O2", "-w", "-fPIC", "-U_FORTIFY_SOURCE", $"-I{emulator}",
            $"-I{Path.Combine(Checkout.Root, "src", "Inference", "Cuda")}", "-c", Path.Combine(emulator, "emulator.cpp"), "-o", compiled);
        // The product asks for these names; what is loaded under them already is what it gets.
        foreach (var name in (string[])["libcudart.so.13", "libcuda.so.1"])
        {
            var library = Path.Combine(folder, name);
            Compile(compiler, "-shared", $"-Wl,-soname,{name}", compiled, "-o", library);
            s_emulate += Marshal.GetDelegateForFunctionPointer<Emulate>(NativeLibrary.GetExport(NativeLibrary.Load(library), "emulate"));
        }

        Directory.Delete(folder, recursive: true);
        return null;
    }

    private static void Compile(string compiler, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(compiler, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }

    private sealed class OnCpu(CustomOperator gpu) : CustomOperator(gpu.Name, gpu.Inputs, 0, gpu.Outputs)
    {
        public override ICustomKernel Create(KernelAttributes attributes) => gpu.Create(attributes);
    }
}
