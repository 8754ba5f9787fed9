namespace Pipeline.Inference.Generation;

/// <summary>Why a generated text ended.</summary>
public enum FinishReason
{
    /// <summary>The model gave an end-of-sequence id.</summary>
    EndOfSequence,

    /// <summary><see cref="GenerationOptions.MaxNewTokens"/> or the model's window was reached.</summary>
    Length,

    /// <summary>A stop string came.</summary>
    Stop,
}
