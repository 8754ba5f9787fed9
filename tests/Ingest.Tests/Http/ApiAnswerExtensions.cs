using Pipeline.Testing;

namespace Pipeline.Ingest.Tests.Http;

internal static class ApiAnswerExtensions
{
    /// <summary>Checks that a batch was made, and gives its id.</summary>
    public static void AssertCreated(this ApiAnswer answer, out string batch)
    {
        Assert.True(answer.Status == 201, answer.Body);
        batch = answer["batch"]!;
    }
}
