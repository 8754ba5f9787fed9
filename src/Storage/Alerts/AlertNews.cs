namespace Pipeline.Storage.Alerts;

/// <summary>News of an alert that the webhook is to get.</summary>
/// <param name="Id">Id of the delivery, the same at every attempt.</param>
/// <param name="Event"><c>opened</c> or <c>resolved</c>.</param>
/// <param name="Attempt">This attempt, from 1.</param>
/// <param name="Row">The alert as it is now.</param>
public sealed record AlertNews(long Id, string Event, int Attempt, AlertRow Row);
