using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.OpenAi;

/// <summary>Where an endpoint is, and which setting holds its key.</summary>
/// <param name="Base">Such as <c>http://127.0.0.1:8000/v1</c>, without a slash at its end.</param>
/// <param name="Credential">Name of the key; null: the endpoint wants none.</param>
internal sealed record OpenAiAddress(string Base, string? Credential)
{
    private const int MaxName = 32;

    /// <summary>The setting that holds the key.</summary>
    public string KeySetting => Credential is null
        ? "whether it wants a key: the recipe names no 'credential'"
        : $"Pipeline:Credentials:{Credential} (environment variable PIPELINE__CREDENTIALS__{Credential.ToUpperInvariant()})";

    /// <summary>Reads address and credential of a recipe.</summary>
    /// <exception cref="RecipeException">The address is none, or holds a key.</exception>
    public static OpenAiAddress Read(RecipeParameters parameters)
    {
        var text = parameters.Required("base_url", "the address of the endpoint up to /v1, such as http://127.0.0.1:8000/v1");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw parameters.Unusable("base_url", "an address such as http://127.0.0.1:8000/v1 is needed");
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            // The value is not repeated: it may hold the key.
            throw new RecipeException("'base_url' may hold no user, password or query: recipes are stored and shown. Name the key by 'credential'.");
        }

        var credential = parameters.Text("credential");
        if (credential is not null && (!RecipeName.IsValid(credential) || credential.Length > MaxName || credential.StartsWith("sk-", StringComparison.Ordinal)))
        {
            // Not repeated either: people put the key itself here.
            throw new RecipeException(
                $"'credential' is the name of a key (up to {MaxName} of a-z, 0-9, '-', '_'), not the key itself; the key goes into Pipeline:Credentials:NAME.");
        }

        var result = new OpenAiAddress(address.GetLeftPart(UriPartial.Path).TrimEnd('/'), credential);
        parameters.Resolve("base_url", result.Base);
        return result;
    }

    /// <summary>The address of a path.</summary>
    public Uri At(string path) => new($"{Base}/{path}");
}
