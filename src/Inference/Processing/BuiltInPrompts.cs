namespace Pipeline.Inference.Processing;

/// <summary>The prompts that ship. None of them is known to be best for a model: compare them.</summary>
internal static class BuiltInPrompts
{
    /// <summary>The text between anchor words.</summary>
    public static PromptTemplate Anchor { get; } = new("anchor/1", "【摘要】{text}【/摘要】")
    {
        Cause = "请概括以下内容,必须写明原因:\n【摘要】{text}【/摘要】",
        Events = "请分别用一句话概括以下{count}件事:\n【摘要】{text}【/摘要】",
    };

    /// <summary>An instruction in full words.</summary>
    public static PromptTemplate Verbose { get; } = new("verbose/1", "请为以下内容生成简洁摘要,不超过80字:\n{text}")
    {
        Cause = "请为以下内容生成简洁摘要,必须写明原因,不超过80字:\n{text}",
        Events = "请分别用一句话概括以下{count}件事:\n{text}",
    };

    /// <summary>
    /// The form that SeqGPT was trained on: half-width colons with one space, labels joined by a full-width comma. It has no wording for
    /// several events; those are asked for one by one.
    /// </summary>
    public static PromptTemplate SeqGpt { get; } = new("seqgpt/1", "输入: {text}\n抽取: 摘要\n输出: [GEN]")
    {
        Cause = "输入: {text}\n抽取: 摘要，原因\n输出: [GEN]",
    };

    /// <summary>An instruction for models that follow chats.</summary>
    public static PromptTemplate Chat { get; } = new("chat/1", "请用一句话概括以下工单的主要事件和诉求,不超过80字,只输出摘要:\n{text}")
    {
        Cause = "请用一句话概括以下工单的主要事件、原因和诉求,必须写明原因,不超过80字,只输出摘要:\n{text}",
        Events = "以下工单有{count}件事,请分别用一句话概括,每件一行,只输出摘要:\n{text}",
        System = "You are a helpful assistant.",
    };

    /// <summary>Every one, by the name that a recipe file uses: without the version.</summary>
    public static IReadOnlyDictionary<string, PromptTemplate> All { get; } =
        ((PromptTemplate[])[Anchor, Verbose, SeqGpt, Chat]).ToDictionary(template => template.Name[..template.Name.IndexOf('/')]);

    /// <summary>The prompt of that name, with its version or without; null when there is none.</summary>
    public static PromptTemplate? Find(string? name) =>
        All.GetValueOrDefault(name ?? "") ?? All.Values.FirstOrDefault(template => template.Name == name);
}
