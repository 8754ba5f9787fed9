using System.Text.Json;

namespace Pipeline.Inference.OpenAi;

/// <summary>What an endpoint made of a request: exactly one of both.</summary>
/// <param name="Body">The JSON of a success; to be disposed.</param>
/// <param name="Failure">Why there is none, when the request itself is to blame.</param>
internal readonly record struct EndpointAnswer(JsonDocument? Body, TextFailure? Failure);
