using System.Reflection;
using Pipeline.Storage.Reports;

namespace Pipeline.Ingest.Tests;

public sealed class RejectCodesTests
{
    [Fact]
    public void Every_code_has_a_reason_in_Chinese()
    {
        var codes = typeof(RejectCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.Contains(RejectCodes.TooLarge, codes);
        Assert.All(codes, code => Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", RefusalReasons.Chinese(code)));
        Assert.Null(RefusalReasons.Chinese("timeout"));
    }
}
