namespace Pipeline.Inference.Generation;

/// <summary>A generation that can't be run as it was asked for; the message names the setting, its value and what would do.</summary>
public sealed class GenerationException(string message) : Exception(message);
