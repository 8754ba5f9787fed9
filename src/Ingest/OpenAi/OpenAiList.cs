using Pipeline.ServiceDefaults.Http;

namespace Pipeline.Ingest.OpenAi;

/// <summary>Pages as OpenAI's API gives them: <c>after</c> is the id of the last entry of the page before.</summary>
internal static class OpenAiList
{
    /// <summary>The size of a page.</summary>
    /// <exception cref="ApiException">It is out of range.</exception>
    public static int Limit(int? asked, int usual, int most) => asked is null ? usual : asked >= 1 && asked <= most
        ? asked.Value
        : throw new ApiException(StatusCodes.Status400BadRequest, "bad-limit", $"The limit is {asked}.", $"Send one between 1 and {most}.");

    /// <summary>A page.</summary>
    /// <param name="found">One entry more than the page has, where there are more.</param>
    /// <param name="limit">Entries of a page.</param>
    /// <param name="id">Id of an entry.</param>
    /// <param name="shape">What is shown of an entry.</param>
    public static object Of<T>(IReadOnlyList<T> found, int limit, Func<T, string> id, Func<T, object> shape)
    {
        List<T> page = [.. found.Take(limit)];
        return new
        {
            Object = "list",
            Data = page.ConvertAll(entry => shape(entry)),
            FirstId = page.Count > 0 ? id(page[0]) : null,
            LastId = page.Count > 0 ? id(page[^1]) : null,
            HasMore = found.Count > limit,
        };
    }

    /// <summary>The entry behind which the list should go on is not there.</summary>
    public static ApiException StaleAfter() => new(
        StatusCodes.Status400BadRequest, "stale-cursor", "There is no entry with the id given as 'after'; perhaps it was deleted.", "Begin again without 'after'.");
}
