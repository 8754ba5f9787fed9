namespace Pipeline.Inference.Metrics;

/// <summary>What an engine's time goes to; the tag <c>stage</c>, in lower case.</summary>
public enum InferenceStage
{
    /// <summary>Texts become ids.</summary>
    Tokenize,

    /// <summary>The engine has nothing to do.</summary>
    Wait,

    /// <summary>ONNX Runtime reads prompts, or texts to embed.</summary>
    Read,

    /// <summary>ONNX Runtime makes one step of all rows.</summary>
    Step,

    /// <summary>Logits become ids.</summary>
    Choose,
}
