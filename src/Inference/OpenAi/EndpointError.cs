using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pipeline.Inference.OpenAi;

/// <summary>The code in an error's body. Its message is not used: endpoints quote the text in it.</summary>
internal static partial class EndpointError
{
    /// <summary>", CODE" or nothing.</summary>
    public static string CodeOf(JsonDocument? body)
    {
        if (body?.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("error", out var error)
            || error.ValueKind != JsonValueKind.Object)
        {
            return "";
        }

        foreach (var name in (string[])["code", "type"])
        {
            if (error.TryGetProperty(name, out var code) && code.ValueKind == JsonValueKind.String && Code().IsMatch(code.GetString() ?? ""))
            {
                return ", " + code.GetString();
            }
        }

        return "";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]{1,64}\z")]
    private static partial Regex Code();
}
