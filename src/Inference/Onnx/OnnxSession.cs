using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Cuda;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Onnx;

/// <summary>Opens ONNX Runtime sessions the way this product wants them.</summary>
internal static class OnnxSession
{
    private const string Remedy =
        "Use a build with -p:Accelerator=cuda on a machine with an NVIDIA GPU, import the model with --target cpu, or let it run on the CPU with "
        + "PIPELINE__CUDA__ALLOWCPU=true.";

    // ONNX Runtime adds the domain of our operators to its list when it first sees it, and fails when two sessions do so at the same moment.
    private static readonly Lock s_opening = new();

    /// <summary>Opens a model file to run on the CPU; its external data lies beside it.</summary>
    /// <param name="path">A file that our importer wrote or checked.</param>
    /// <param name="threads">Threads of one run; 0 takes one for each physical core.</param>
    /// <exception cref="ModelException">ONNX Runtime refuses the graph.</exception>
    public static InferenceSession Open(string path, int threads) => Open(path, threads, ModelTarget.Cpu);

    /// <summary>Opens a model file to run where it was imported for, or on the CPU where that is allowed and there is no such device.</summary>
    /// <param name="path">As above.</param>
    /// <param name="threads">As above.</param>
    /// <param name="target">What it was imported for.</param>
    /// <param name="allowCpu">Whether the CPU will do instead.</param>
    /// <param name="cuda">Called where there is such a device: how it is to run there.</param>
    /// <returns>The session and where it runs.</returns>
    /// <exception cref="ModelException">ONNX Runtime refuses the graph, or there is no such device.</exception>
    public static (InferenceSession Session, ModelTarget Device) Open(
        string path, int threads, ModelTarget target, bool allowCpu, Func<CudaSession>? cuda = null)
    {
        try
        {
            return (Open(path, threads, target, cuda), target);
        }
        catch (ModelException) when (allowCpu && target != ModelTarget.Cpu)
        {
            return (Open(path, threads), ModelTarget.Cpu);
        }
    }

    private static InferenceSession Open(string path, int threads, ModelTarget target, Func<CudaSession>? cuda = null)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // A thread that waits must not burn a core that a neighbour could use.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        CustomDomain.AddTo(options, target);
        if (target == ModelTarget.Cuda)
        {
            AddCuda(options, path, cuda);
        }
        else
        {
            CustomDomain.AddStandInsTo(options);
        }

        try
        {
            lock (s_opening)
            {
                return target == ModelTarget.Cuda ? CudaTurns.Share(() => new InferenceSession(path, options)) : new InferenceSession(path, options);
            }
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelException(
                target == ModelTarget.Cuda
                    ? $"ONNX Runtime does not load {path} on a GPU: {exception.Message} {Remedy}"
                    : $"ONNX Runtime does not load {path}: {exception.Message}",
                exception);
        }
    }

    private static void AddCuda(SessionOptions options, string path, Func<CudaSession>? cuda)
    {
        if (!OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"))
        {
            throw new ModelException($"{path} was imported for cuda, and this build runs on CPUs. {Remedy}");
        }

        try
        {
            using var provider = new OrtCUDAProviderOptions();
            // Memory grows by what is asked for: what keys and values take is planned by what is left.
            var settings = new Dictionary<string, string> { ["arena_extend_strategy"] = "kSameAsRequested" };
            if (cuda?.Invoke() is { } session)
            {
                (settings["has_user_compute_stream"], settings["user_compute_stream"]) = ("1", $"{session.Stream}");
                settings["enable_cuda_graph"] = session.Repeats ? "1" : "0";
            }

            provider.UpdateOptions(settings);
            options.AppendExecutionProvider_CUDA(provider);
        }
        catch (OutOfMemoryException exception)
        {
            throw new ModelException($"{path}: {exception.Message} Let fewer models share the GPU, or lower Pipeline:Cuda:CacheShare of those that do.", exception);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelException($"{path} was imported for cuda, which is not to be had here: {exception.Message} {Remedy}", exception);
        }
    }
}
