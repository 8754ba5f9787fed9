using System.Globalization;

namespace Pipeline.Inference.Processing;

/// <summary>
/// The words around a text. <c>{text}</c> stands for the text and <c>{count}</c>, in <see cref="Events"/>, for the number of events.
/// </summary>
/// <param name="Name">What a recipe calls it, such as <c>anchor/1</c>; every change of the words makes another version.</param>
/// <param name="Plain">The ordinary wording.</param>
internal sealed record PromptTemplate(string Name, string Plain)
{
    private const string TextMark = "{text}";
    private const string CountMark = "{count}";

    /// <summary>The wording for a text that tells a cause; null: the ordinary one serves.</summary>
    public string? Cause { get; init; }

    /// <summary>The wording for a text that tells several events; null: there is none.</summary>
    public string? Events { get; init; }

    /// <summary>What the system's role says in a chat; null: nothing.</summary>
    public string? System { get; init; }

    /// <summary>Whether the wording has <c>{text}</c> exactly once.</summary>
    public static bool HasText(string wording) => wording.Split(TextMark).Length == 2;

    /// <summary>The prompt for a text.</summary>
    /// <param name="kind">Which wording.</param>
    /// <param name="text">The text; marks in it stay as they are.</param>
    /// <param name="events">Number of events.</param>
    public Prompt Render(PromptKind kind, string text, int events = 0)
    {
        var wording = kind switch
        {
            PromptKind.Events => Events ?? Plain,
            PromptKind.Cause => Cause ?? Plain,
            _ => Plain,
        };
        var halves = wording.Replace(CountMark, events.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Split(TextMark, 2);
        PromptPart[] parts = [new(halves[0], false), new(text, true), new(halves.Length > 1 ? halves[1] : "", false)];
        return new(System, [.. parts.Where(part => part.IsUserText || part.Text.Length > 0)]);
    }

    /// <summary>Every line of the wordings: a model that repeats one of them says nothing of its own.</summary>
    public IEnumerable<string> Lines() => ((string?[])[Plain, Cause, Events])
        .OfType<string>()
        .SelectMany(wording => wording.Split(TextMark).SelectMany(half => half.Split('\n')))
        .SelectMany(line => line.Split(CountMark))
        .Select(line => line.Trim())
        .Where(line => line.Length > 1)
        .Distinct();
}
