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

    // Longer ones first: the first that fits is taken. Not inside of other words (哪吒, 吗啡, 很多少数民族, to-do, can't), and no abbreviations in capitals (CAN, DO).
    [GeneratedRegex(
        "请问|什么时候|为什么|(?<![认成])为何|什么|怎么样|怎么办|怎么回事|怎么|怎样|如何|哪个|哪些|哪里|哪(?!吒)|(?<![许很最])多少(?![儿数年于])|多久|多长|谁|吗(?!啡)|呢(?![绒子喃])"
        + "|是不是|有没有|能不能|会不会"
        + @"|(?<![\w'’-])(?:[Ww]hat|[Hh]ow|[Ww]hy|[Ww]hen|[Ww]here|[Ww]ho|[Ww]hom|[Ww]hose|[Ww]hich|[Ii]s|[Aa]re|[Ww]as|[Ww]ere|[Dd]o|[Dd]oes|[Dd]id|[Cc]an|[Cc]ould"
        + @"|[Ss]hould|[Tt]he|a|an|of|to)(?![\w'’-])",
        RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
