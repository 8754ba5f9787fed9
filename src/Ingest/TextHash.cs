using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Ingest;

/// <summary>The identity of a text: SHA-256 over the UTF-8 bytes of its normalised form.</summary>
public static class TextHash
{
    /// <summary>Hash of a normalised text, 32 bytes.</summary>
    public static byte[] Compute(string normalizedText)
    {
        ArgumentNullException.ThrowIfNull(normalizedText);
        return SHA256.HashData(Encoding.UTF8.GetBytes(normalizedText));
    }
}
