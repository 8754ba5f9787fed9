namespace Pipeline.Ingest.Tests;

public sealed class DocumentNormalizerTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("a\r\nb\rc\nd", "a\nb\nc\nd")]
    [InlineData("a\r\r\nb", "a\n\nb")]
    [InlineData(" \t\r\n\u3000\u00A0a  b\u2003\n", "a  b")]
    [InlineData("m² ① ﬁ Ａ １ e\u0301", "m² ① ﬁ Ａ １ e\u0301")]
    [InlineData("a\u2028b\fc\u0085d", "a\u2028b\fc\u0085d")]
    [InlineData("\uFEFFa\u200B", "\uFEFFa\u200B")]
    [InlineData(" \r\n ", "")]
    public void Only_line_ends_and_outer_white_space_change(string text, string expected)
    {
        Assert.Equal(expected, DocumentNormalizer.Normalize(text));
        Assert.Equal(expected, DocumentNormalizer.Normalize(expected));
    }

    [Fact]
    public void The_hash_is_sha256_over_utf8()
    {
        Assert.Equal(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Convert.ToHexStringLower(TextHash.Compute("abc")));
        Assert.Equal(
            System.Security.Cryptography.SHA256.HashData([0xE6, 0xB0, 0xB4]), TextHash.Compute("水"));
    }
}
