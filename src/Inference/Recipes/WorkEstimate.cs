using Pipeline.Inference.Models;

namespace Pipeline.Inference.Recipes;

/// <summary>
/// Estimated seconds for a text, from a model's size: arithmetic is two operations for each weight and token, and each generated token
/// reads every weight once for the rows of a batch together. It only sizes the chunks of work, so its order of magnitude is what matters.
/// </summary>
internal static class WorkEstimate
{
    // What a small server and a data-centre card reach on these models, not what their sheets promise.
    private const double CpuOperations = 60e9;
    private const double CpuBytes = 8e9;
    private const double GpuOperations = 30e12;
    private const double GpuBytes = 800e9;
    private const double Rows = 8;

    /// <summary>Tokens of a usual ticket.</summary>
    private const double TextTokens = 200;

    /// <summary>For an encoder.</summary>
    public static double Embedding(ModelManifest model, long bytes) => Arithmetic(model, bytes, TextTokens);

    /// <summary>For a generator.</summary>
    public static double Generation(ModelManifest model, long bytes, int maxPromptTokens, int maxNewTokens, int beams)
    {
        // Most summaries end before the limit.
        var newTokens = maxNewTokens / 2.0;
        var promptTokens = Math.Min(maxPromptTokens, TextTokens + 50);
        return Arithmetic(model, bytes, promptTokens + (newTokens * beams))
            + (newTokens * bytes / Rows / (model.Target == ModelTarget.Cuda ? GpuBytes : CpuBytes));
    }

    private static double Arithmetic(ModelManifest model, long bytes, double tokens) =>
        2 * bytes / BytesPerWeight(model.Precision) * tokens / (model.Target == ModelTarget.Cuda ? GpuOperations : CpuOperations);

    private static double BytesPerWeight(ModelPrecision precision) => precision switch
    {
        ModelPrecision.Fp32 => 4,
        ModelPrecision.Fp16 => 2,
        ModelPrecision.Int8 => 1,
        _ => 0.5,
    };
}
