using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests;

public sealed class AdmissionTests
{
    [Theory]
    [InlineData("", RejectCodes.Empty)]
    [InlineData(" \r\n\u3000", RejectCodes.Empty)]
    [InlineData("。！？...", RejectCodes.NoWords)]
    [InlineData("😀", RejectCodes.NoWords)]
    [InlineData("\uFFFD", RejectCodes.NoWords)]
    [InlineData("12345678水水水", RejectCodes.TooLarge)]
    public void Texts_without_content_or_over_the_limit_are_rejected(string text, string code)
    {
        Assert.False(Admission.TryAdmit(new IncomingDocument(7, " x ", text, null, 0), 16, out var admitted, out var rejected));

        Assert.Null(admitted);
        Assert.Equal((7, code, "x"), (rejected.Line, rejected.Code, rejected.Id));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("水")]
    [InlineData("7")]
    [InlineData("½")]
    [InlineData("Ⅷ")]
    [InlineData("\U00020000")]
    [InlineData("1234567水水水")]
    public void Short_texts_with_a_letter_or_digit_pass_up_to_the_limit(string text)
    {
        Assert.True(Admission.TryAdmit(new IncomingDocument(7, "x", text, null, 0), 16, out var admitted, out _));

        Assert.Equal(text, admitted.Text);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(" \u3000", null)]
    [InlineData(" 网络\r\n", "网络")]
    public void A_category_is_trimmed_and_may_be_missing(string? category, string? stored)
    {
        Assert.True(Admission.TryAdmit(new IncomingDocument(7, "x", "水", null, 0) { Category = category }, 16, out var admitted, out _));

        Assert.Equal(stored, admitted.Category);
    }

    [Fact]
    public void A_category_that_is_too_long_is_no_category()
    {
        var incoming = new IncomingDocument(7, "x", "水", null, 0) { Category = new string('类', Admission.MaxCategoryCharacters + 1) };

        Assert.False(Admission.TryAdmit(incoming, 16, out _, out var rejected));

        Assert.Equal(RejectCodes.BadCategory, rejected.Code);
    }

    [Fact]
    public void A_document_is_normalised_before_it_is_measured_and_hashed()
    {
        Assert.True(Admission.TryAdmit(new IncomingDocument(7, " x\n", "  a\r\nb  ", " r\r", 2), 3, out var admitted, out _));

        Assert.Equal((7, "x", "a\nb", "r", 2),
            (admitted.Line, admitted.ExternalId, admitted.Text, admitted.Reference, admitted.ReplacedCharacters));
        Assert.Equal(TextHash.Compute("a\nb"), admitted.TextHash);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void A_document_without_an_id_is_named_by_its_text(string? id)
    {
        Assert.True(Admission.TryAdmit(new IncomingDocument(1, id, "abc", " ", 0), 16, out var admitted, out _));

        Assert.Equal("sha256:ba7816bf8f01cfea", admitted.ExternalId);
        Assert.Null(admitted.Reference);
    }

    [Fact]
    public void An_id_may_have_256_characters()
    {
        var id = new string('水', 256);

        Assert.True(Admission.TryAdmit(new IncomingDocument(1, id, "abc", null, 0), 16, out var admitted, out _));
        Assert.False(Admission.TryAdmit(new IncomingDocument(1, id + "x", "abc", null, 0), 16, out _, out var rejected));

        Assert.Equal(id, admitted.ExternalId);
        Assert.Equal(new RejectedLine(1, RejectCodes.BadId, "the id has 257 characters; the limit is 256", id), rejected);
    }

    [Fact]
    public void A_reference_over_the_limit_is_rejected()
    {
        Assert.False(Admission.TryAdmit(new IncomingDocument(1, "x", "abc", "12345", 0), 4, out _, out var rejected));

        Assert.Equal(new RejectedLine(1, RejectCodes.TooLarge, "the reference has 5 bytes; the limit is 4", "x"), rejected);
    }

    [Theory]
    [InlineData("", RejectCodes.NoCandidate)]
    [InlineData(" ？\n", RejectCodes.NoCandidate)]
    [InlineData("12345", RejectCodes.TooLarge)]
    public void A_candidate_that_is_asked_for_must_be_one(string candidate, string code)
    {
        Assert.False(Admission.TryAdmit(new IncomingDocument(1, "x", "abc", null, 0) { Candidate = candidate }, 4, out _, out var rejected));
        Assert.Equal(code, rejected.Code);
        Assert.True(Admission.TryAdmit(new IncomingDocument(1, "x", "abc", null, 0) { Candidate = " a\r\nb " }, 4, out var admitted, out _));
        Assert.Equal("a\nb", admitted.Candidate);
    }
}
