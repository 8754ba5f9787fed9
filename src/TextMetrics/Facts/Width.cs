namespace Pipeline.TextMetrics.Facts;

/// <summary>Full-width forms of ASCII, which Chinese keyboards mix in.</summary>
internal static class Width
{
    private const char FirstFull = '！';
    private const char LastFull = '～';
    private const int Distance = '！' - '!';

    // A Chinese comma between two numbers separates them; an ASCII one may belong to a number.
    private const string Punctuation = "，；！？（）";

    /// <summary>The text with full-width letters, digits and signs as ASCII, punctuation apart; every character keeps its place.</summary>
    public static string Narrow(string text) => text.AsSpan().ContainsAnyInRange(FirstFull, LastFull)
        ? string.Create(text.Length, text, static (narrow, wide) =>
        {
            for (var at = 0; at < wide.Length; at++)
            {
                narrow[at] = wide[at] is >= FirstFull and <= LastFull && !Punctuation.Contains(wide[at]) ? (char)(wide[at] - Distance) : wide[at];
            }
        })
        : text;
}
