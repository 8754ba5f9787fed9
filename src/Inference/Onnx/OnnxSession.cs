using Microsoft.ML.OnnxRuntime;

namespace Pipeline.Inference.Onnx;

/// <summary>Opens ONNX Runtime sessions the way this product wants them.</summary>
internal static class OnnxSession
{
    /// <summary>Opens a model file; its external data lies beside it.</summary>
    /// <param name="path">A file that our importer wrote or checked.</param>
    /// <param name="threads">Threads of one run; 0 takes one for each physical core.</param>
    public static InferenceSession Open(string path, int threads)
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
        return new InferenceSession(path, options);
    }
}
