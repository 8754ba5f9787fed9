using System.Text.RegularExpressions;

namespace Pipeline.Inference.Models;

/// <summary>Names of models. One is the name of a folder, so it can hold nothing that leads elsewhere.</summary>
internal static partial class ModelName
{
    /// <summary>The name, when it is one.</summary>
    /// <exception cref="ModelException">It is none.</exception>
    public static string Check(string name) => Pattern().IsMatch(name)
        ? name
        : throw new ModelException($"'{name}' can't name a model: up to 64 of a-z, 0-9, '-', '_' and '.' are allowed, a letter or digit first.");

    public static bool IsValid(string name) => Pattern().IsMatch(name);

    /// <summary>The name of a folder made fit: lower case, '-' for what is not allowed.</summary>
    public static string FromFolder(string folder)
    {
        var name = Forbidden().Replace(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)).ToLowerInvariant(), "-").Trim('-', '.', '_');
        return IsValid(name) ? name : throw new ModelException($"The folder '{folder}' gives no name for the model. Choose one with --name.");
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex Pattern();

    [GeneratedRegex("[^a-z0-9._-]+")]
    private static partial Regex Forbidden();
}
