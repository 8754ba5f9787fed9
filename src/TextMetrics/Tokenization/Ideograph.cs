namespace Pipeline.TextMetrics.Tokenization;

/// <summary>The CJK ideographs that are one token each.</summary>
internal static class Ideograph
{
    /// <summary>Zero, extension A, the unified block, compatibility, and the supplementary planes up to extension H.</summary>
    public static bool Contains(int codePoint) => codePoint switch
    {
        >= 0x4E00 and <= 0x9FFF => true,
        0x3007 => true,
        >= 0x3400 and <= 0x4DBF => true,
        >= 0xF900 and <= 0xFAFF => true,
        >= 0x20000 and <= 0x2FA1F => true,
        >= 0x30000 and <= 0x323AF => true,
        _ => false,
    };
}
