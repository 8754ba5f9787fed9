namespace Pipeline.Inference.Recipes;

/// <summary>How the roles of a chat are written for a model that only continues text.</summary>
internal enum ChatFormat
{
    /// <summary>Not at all: the model continues the prompt.</summary>
    None,

    /// <summary>ChatML, which Qwen was trained on: <c>&lt;|im_start|&gt;role\n...&lt;|im_end|&gt;\n</c>.</summary>
    ChatMl,
}
