namespace Pipeline.ServiceDefaults;

/// <summary>A setting is wrong and only a person can put it right; the message names the setting, its value and the remedy.</summary>
public sealed class MisconfigurationException(string message, Exception? innerException = null) : Exception(message, innerException);
