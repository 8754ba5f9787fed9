namespace Pipeline.Ingest;

/// <summary>
/// The form in which a text is compared and stored: line ends are LF, no white space around it, and nothing else is touched.
/// Unicode compatibility forms stay as they are: NFKC would turn m² into m2.
/// </summary>
public static class DocumentNormalizer
{
    /// <summary>Normalises a text; what is already normal comes back as the same string.</summary>
    public static string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Trim();
    }
}
