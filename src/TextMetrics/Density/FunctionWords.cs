using System.Collections.Frozen;

namespace Pipeline.TextMetrics.Density;

/// <summary>
/// Words that carry a sentence and not its content. Chinese words of one character and English ones of up to two letters are left out by their
/// length already; these are the frequent longer ones.
/// </summary>
internal static class FunctionWords
{
    private const string Chinese =
        "我们 你们 他们 她们 它们 自己 这个 那个 这些 那些 这里 那里 这样 那样 什么 怎么 如何 为何 哪里 哪些 因为 因此 所以 由于 于是 从而 如果 假如 只要 只有 除非 虽然 尽管 但是 不过 然而 "
        + "而且 并且 以及 或者 还是 还有 不仅 同时 其中 其他 其它 关于 对于 根据 按照 通过 经过 随着 为了 除了 已经 曾经 正在 即将 将要 可以 可能 能够 应该 应当 必须 需要 进行 予以 "
        + "之后 之前 以后 以前 然后 随后 接着 最后 最终 目前 现在 当时 后来 一直 一些 一个 一种 一下 有些 有的 非常 十分 比较 更加 而是 就是 也是 都是 不是 没有 请问 麻烦 谢谢 您好 你好";

    private const string English =
        "the and for with that this these those from into onto upon over under about after before between during through without within against "
        + "are was were been being has have had having does did doing can could may might must shall should will would not but nor yet "
        + "who whom whose which what when where why how all any both each few more most other some such only own same than too very just "
        + "also then there here its our your his her their they them she him you one please thanks thank hello";

    private static readonly FrozenSet<string> s_words = $"{Chinese} {English}".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a word, in lower case, is one of them.</summary>
    public static bool Contains(string word) => s_words.Contains(word);
}
