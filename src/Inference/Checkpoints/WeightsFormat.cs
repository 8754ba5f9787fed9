namespace Pipeline.Inference.Checkpoints;

/// <summary>How a weights file is laid out.</summary>
internal enum WeightsFormat
{
    Safetensors,
    Torch,
}
