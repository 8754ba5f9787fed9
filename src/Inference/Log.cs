using Microsoft.Extensions.Logging;

namespace Pipeline.Inference;

/// <summary>Event ids 6000 to 6999. Ids, counts and lengths only: never a text, never a key.</summary>
internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Warning, "The endpoint {Endpoint} did not answer as hoped ({Fault}); trying again in {Seconds:0.0} s.")]
    public static partial void EndpointIsRepeated(this ILogger logger, string endpoint, string fault, double seconds);
}
