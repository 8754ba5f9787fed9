using System.Text;

namespace Pipeline.Inference.Text;

/// <summary>Drops quotation marks and brackets whose partner did not come along, as happens with a quotation of many sentences.</summary>
internal static class UnpairedMarks
{
    private const string Openers = "（(《〈「『【[{〔“";
    private const string Closers = "）)》〉」』】]}〕”";

    public static string Remove(string text)
    {
        var unpaired = new List<int>();
        var straight = -1;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                straight = straight < 0 ? at : -1;
            }
            else if (Openers.Contains(text[at]))
            {
                unpaired.Add(at);
            }
            else if (Closers.IndexOf(text[at]) is var kind and >= 0)
            {
                if (unpaired.Count > 0 && text[unpaired[^1]] == Openers[kind])
                {
                    unpaired.RemoveAt(unpaired.Count - 1);
                }
                else
                {
                    unpaired.Add(at);
                }
            }
        }

        if (straight >= 0)
        {
            unpaired.Add(straight);
        }

        return unpaired.Count == 0 || unpaired.Count == text.Length ? text : Without(text, unpaired);
    }

    private static string Without(string text, List<int> places)
    {
        var kept = new StringBuilder(text);
        foreach (var place in places.OrderDescending())
        {
            kept.Remove(place, 1);
        }

        var trimmed = kept.ToString().Trim();
        return trimmed.Length > 0 ? trimmed : text;
    }
}
