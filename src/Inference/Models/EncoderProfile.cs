namespace Pipeline.Inference.Models;

/// <summary>What running an encoder needs to know.</summary>
public sealed record EncoderProfile
{
    /// <summary>Length of the vectors.</summary>
    public required int Dimensions { get; init; }

    /// <summary>How tokens become one vector.</summary>
    public required PoolingMode Pooling { get; init; }

    /// <summary>The id that fills the short rows of a batch.</summary>
    public required int PadId { get; init; }

    /// <summary>Texts are lower-cased before the tokenizer sees them (<c>do_lower_case</c> of <c>sentence_bert_config.json</c>).</summary>
    public bool LowerCase { get; init; }
}
