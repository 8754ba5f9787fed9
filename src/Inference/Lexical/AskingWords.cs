using System.Text.RegularExpressions;

namespace Pipeline.Inference.Lexical;

/// <summary>Words that ask, and say nothing about what is asked for: a text that shares them with a question answers it no better.</summary>
public static partial class AskingWords
{
    /// <summary>A question without them; as it is when nothing else is in it.</summary>
    public static string Without(string question)
    {
        var rest = Words().Replace(question, " ");
        return rest.Any(char.IsLetterOrDigit) ? rest : question;
    }

    // Longer ones first: the first that fits is taken.
    [GeneratedRegex(
        "请问|什么时候|为什么|为何|什么|怎么样|怎么办|怎么回事|怎么|怎样|如何|哪个|哪些|哪里|哪|多少|多久|多长|谁|吗|呢|是不是|有没有|能不能|会不会"
        + @"|\b(?:what|how|why|when|where|who|whom|whose|which|is|are|was|were|do|does|did|can|could|should|the|an?|of|to)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
