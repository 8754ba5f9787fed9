using Pipeline.ServiceDefaults.Http;

namespace Pipeline.Scoring.Http;

/// <summary>A page of a list.</summary>
/// <param name="Items">The entries.</param>
/// <param name="NextCursor">Where the list goes on; null at its end.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>Sizes of pages.</summary>
internal static class PageSize
{
    /// <summary>The size asked for, or the usual one.</summary>
    /// <exception cref="ApiException">It is out of range.</exception>
    public static int Of(int? asked, int usual, int most) => asked is null ? usual : asked >= 1 && asked <= most
        ? asked.Value
        : throw new ApiException(StatusCodes.Status400BadRequest, "bad-limit", $"The limit is {asked}.", $"Send one between 1 and {most}.");
}
