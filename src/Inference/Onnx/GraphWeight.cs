namespace Pipeline.Inference.Onnx;

/// <summary>A weight in a graph and the function that writes its elements.</summary>
internal sealed record GraphWeight(TensorProto Tensor, Action<WeightWriter> Write);
