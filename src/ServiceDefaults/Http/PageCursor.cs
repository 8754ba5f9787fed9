using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Pipeline.ServiceDefaults.Http;

/// <summary>Where a list goes on. Opaque to clients; belongs to one list with one filter.</summary>
public static class PageCursor
{
    private const string Version = "1";

    /// <summary>The cursor behind an entry.</summary>
    /// <param name="scope">The list and its filter.</param>
    /// <param name="position">Key of the last entry that was given.</param>
    public static string Create(string scope, long position) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Version}\n{position}\n{scope}")));

    /// <summary>The position that a cursor holds; null without a cursor.</summary>
    /// <exception cref="ApiException">It is damaged, of an older version of this service, or belongs to another list or filter.</exception>
    public static long? Position(string? cursor, string scope)
    {
        if (cursor is null)
        {
            return null;
        }

        return Base64Url.IsValid(cursor) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('\n', 3) is [Version, var position, var own]
            && own == scope && long.TryParse(position, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new ApiException(
                StatusCodes.Status400BadRequest, "stale-cursor", "The cursor does not belong to this list with these filters.",
                "Begin again without 'cursor', and repeat the filters of the first page on every following one.");
    }
}
