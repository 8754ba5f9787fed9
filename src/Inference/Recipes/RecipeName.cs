using System.Text.RegularExpressions;

namespace Pipeline.Inference.Recipes;

/// <summary>Names of recipes. One is the name of a file too, so it can hold nothing that leads elsewhere.</summary>
internal static partial class RecipeName
{
    /// <summary>The name, when it is one.</summary>
    /// <exception cref="RecipeException">It is none.</exception>
    public static string Check(string name) => IsValid(name)
        ? name
        : throw new RecipeException($"'{name}' can't name a recipe: up to 64 of a-z, 0-9, '-', '_' and '.' are allowed, a letter or digit first.");

    public static bool IsValid(string name) => Pattern().IsMatch(name);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex Pattern();
}
