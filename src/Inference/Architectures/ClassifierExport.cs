using Pipeline.Inference.Classification;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>Gives an exported classifier the inputs of our own graphs; its scores are the output already.</summary>
internal static class ClassifierExport
{
    /// <exception cref="ModelException">Its inputs or outputs are not those of a classifier, or its classes are not those of config.json.</exception>
    public static ModelProfile Adapt(OnnxExport export, ModelConfig config, ImportRequest request, IReadOnlyList<string> labels)
    {
        EncoderExport.AdaptInputs(export, "text-classification");
        var outputs = export.Graph.Output;
        var output = outputs.FirstOrDefault(output => output.Name == ClassifierModel.Logits && output.Type?.TensorType?.Shape?.Dim.Count == 2)
            ?? throw new ModelException(
                $"{export.FilePath} has the outputs {string.Join(", ", outputs.Select(output => output.Name))}; {ClassifierModel.Logits} [batch, classes] is needed. "
                + "Export it for the task text-classification.");
        if (output.Type.TensorType.ElemType != (int)DataType.Float || (output.Type.TensorType.Shape.Dim[1].DimValue is > 0 and var classes && classes != labels.Count))
        {
            throw new ModelException(
                $"{export.FilePath} gives no float32 score for each of the {labels.Count} classes of config.json. Take the configuration that belongs to the "
                + "export, and export it in float32.");
        }

        outputs.Clear();
        outputs.Add(output);
        var sentence = SentenceFolder.Read(request.Folder, request.Pooling);
        return new()
        {
            Vocabulary = config.Integer(1, "vocab_size"),
            MaxTokens = sentence.MaxTokens ?? EncoderExport.PositionLimit(config),
            Classifier = new() { Labels = labels, LowerCase = sentence.LowerCase },
        };
    }
}
