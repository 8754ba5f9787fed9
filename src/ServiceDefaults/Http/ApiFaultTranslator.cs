namespace Pipeline.ServiceDefaults.Http;

/// <summary>Says what a service answers when this exception left a request; null when it was not expected.</summary>
public delegate ApiException? ApiFaultTranslator(Exception exception);
