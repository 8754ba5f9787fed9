namespace Pipeline.Inference.Models;

/// <summary>Remedies that more than one message ends with.</summary>
internal static class ModelRemedies
{
    public const string Export = "Import an ONNX export of it with --onnx, or serve it elsewhere and use the engine 'openai'.";
}
