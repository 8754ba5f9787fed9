using System.CommandLine.Parsing;

namespace Pipeline.Cli;

/// <summary>Reads the values of options where they are checked.</summary>
internal static class OptionValues
{
    /// <summary>The value of an option. False when what was given is none of its type: the parser says so, and nothing else need be said.</summary>
    public static bool TryGet<T>(this OptionResult result, out T? value)
    {
        try
        {
            value = result.GetValueOrDefault<T>();
            return true;
        }
        catch (InvalidOperationException)
        {
            value = default;
            return false;
        }
    }
}
