using System.Collections.Immutable;
using System.Globalization;

namespace Pipeline.Inference.Recipes;

/// <summary>
/// Reads a recipe's parameters and keeps what was read, defaults included: at the end <see cref="All"/> names everything that shapes a
/// result, and <see cref="Complete"/> refuses what nobody asked for.
/// </summary>
/// <param name="recipe">Name of the recipe, for messages.</param>
/// <param name="given">What the recipe says.</param>
internal sealed class RecipeParameters(string recipe, IReadOnlyDictionary<string, string> given)
{
    private readonly ImmutableSortedDictionary<string, string>.Builder _read = RecipeDefinition.NoParameters.ToBuilder();
    private readonly HashSet<string> _known = [];

    /// <summary>Every parameter that was read, as it takes effect.</summary>
    public ImmutableSortedDictionary<string, string> All => _read.ToImmutable();

    /// <summary>A text; null when it is not given and has no default, and when it is given as empty.</summary>
    public string? Text(string name, string? fallback = null)
    {
        _known.Add(name);
        var value = given.TryGetValue(name, out var text) ? text : fallback;
        if (value is not null)
        {
            _read[name] = value;
        }

        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>Writes a value down in the form in which it takes effect.</summary>
    public void Resolve(string name, string value)
    {
        _known.Add(name);
        _read[name] = value;
    }

    /// <summary>A text that must be given.</summary>
    public string Required(string name, string what) => Text(name) ?? throw new RecipeException($"Recipe '{recipe}' lacks '{name}': {what}.");

    /// <summary>A whole number within limits.</summary>
    public int Whole(string name, int fallback, int least, int most)
    {
        var text = Text(name, fallback.ToString(CultureInfo.InvariantCulture));
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Unusable(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most} is needed"));
    }

    /// <summary>A number within limits; null when it is not given and has no default.</summary>
    public double? Number(string name, double? fallback, double least, double most)
    {
        if (Text(name, fallback?.ToString("R", CultureInfo.InvariantCulture)) is not { } text)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Unusable(name, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most} is needed"));
    }

    /// <summary>One of some words.</summary>
    public string Choice(string name, string fallback, params string[] words) =>
        Text(name, fallback) is { } word && words.Contains(word) ? word : throw Unusable(name, $"one of {string.Join(", ", words)} is needed");

    /// <summary>Refuses parameters that nothing has read.</summary>
    /// <exception cref="RecipeException">There is one; the message lists those that this engine knows.</exception>
    public void Complete()
    {
        if (given.Keys.FirstOrDefault(name => !_known.Contains(name)) is { } unknown)
        {
            throw new RecipeException(
                $"Recipe '{recipe}' has the unknown parameter '{unknown}'. Known: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
        }
    }

    /// <summary>The error for values that can't be used together.</summary>
    public RecipeException Contradiction(string reason) => new($"Recipe '{recipe}': {reason}");

    /// <summary>The error for a value that can't be used.</summary>
    public RecipeException Unusable(string name, string expected) =>
        new($"Recipe '{recipe}': parameter '{name}' is '{given.GetValueOrDefault(name)}'; {expected}.");
}
