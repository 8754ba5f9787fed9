using System.Diagnostics.CodeAnalysis;
using System.Text;
using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest;

/// <summary>The rule that decides which records become documents.</summary>
public static class Admission
{
    /// <summary>Longest id in UTF-16 units.</summary>
    public const int MaxIdCharacters = 256;

    /// <summary>Longest category in UTF-16 units.</summary>
    public const int MaxCategoryCharacters = 200;

    /// <summary>Gives the document as it is stored, or the reason why there is none.</summary>
    /// <param name="incoming">The record as it was read.</param>
    /// <param name="maxTextBytes">Largest text, reference and candidate in UTF-8 bytes, after normalising.</param>
    /// <param name="admitted">The document, when the result is true.</param>
    /// <param name="rejected">The rejection, when the result is false.</param>
    public static bool TryAdmit(
        IncomingDocument incoming,
        int maxTextBytes,
        [NotNullWhen(true)] out AdmittedDocument? admitted,
        [NotNullWhen(false)] out RejectedLine? rejected)
    {
        ArgumentNullException.ThrowIfNull(incoming);
        var text = DocumentNormalizer.Normalize(incoming.Text);
        var reference = incoming.Reference is null ? "" : DocumentNormalizer.Normalize(incoming.Reference);
        var candidate = incoming.Candidate is null ? null : DocumentNormalizer.Normalize(incoming.Candidate);
        var category = incoming.Category is null ? "" : DocumentNormalizer.Normalize(incoming.Category);
        var id = incoming.Id?.Trim() ?? "";

        var (code, reason) = Fault(id, text, reference, candidate, category, maxTextBytes);
        if (code is not null)
        {
            admitted = null;
            rejected = new RejectedLine(incoming.Line, code, reason, RecordAssembler.SafeId(id));
            return false;
        }

        var hash = TextHash.Compute(text);
        rejected = null;
        admitted = new AdmittedDocument(
            incoming.Line,
            id.Length > 0 ? id : $"sha256:{Convert.ToHexStringLower(hash.AsSpan(0, 8))}",
            text,
            hash,
            reference.Length > 0 ? reference : null,
            incoming.ReplacedCharacters)
        {
            Candidate = candidate,
            Category = category.Length > 0 ? category : null,
        };
        return true;
    }

    private static (string? Code, string Reason) Fault(string id, string text, string reference, string? candidate, string category, int maxTextBytes)
    {
        if (id.Length > MaxIdCharacters)
        {
            return (RejectCodes.BadId, $"the id has {id.Length} characters; the limit is {MaxIdCharacters}");
        }

        if (category.Length > MaxCategoryCharacters)
        {
            return (RejectCodes.BadCategory, $"the category has {category.Length} characters; the limit is {MaxCategoryCharacters}");
        }

        if (text.Length == 0)
        {
            return (RejectCodes.Empty, "the text is empty");
        }

        if (Encoding.UTF8.GetByteCount(text) is var textBytes && textBytes > maxTextBytes)
        {
            return (RejectCodes.TooLarge, $"the text has {textBytes} bytes; the limit is {maxTextBytes}");
        }

        if (Encoding.UTF8.GetByteCount(reference) is var referenceBytes && referenceBytes > maxTextBytes)
        {
            return (RejectCodes.TooLarge, $"the reference has {referenceBytes} bytes; the limit is {maxTextBytes}");
        }

        if (candidate is not null && Encoding.UTF8.GetByteCount(candidate) is var candidateBytes && candidateBytes > maxTextBytes)
        {
            return (RejectCodes.TooLarge, $"the candidate has {candidateBytes} bytes; the limit is {maxTextBytes}");
        }

        if (candidate is not null && !HasWords(candidate))
        {
            return (RejectCodes.NoCandidate, "the candidate is missing, or has neither a letter nor a digit");
        }

        return HasWords(text) ? (null, "") : (RejectCodes.NoWords, "the text has neither a letter nor a digit");
    }

    private static bool HasWords(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune) || Rune.IsNumber(rune))
            {
                return true;
            }
        }

        return false;
    }
}
