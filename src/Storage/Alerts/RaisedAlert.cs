namespace Pipeline.Storage.Alerts;

/// <summary>What became of raising an alert.</summary>
/// <param name="Id">The open alert.</param>
/// <param name="IsNew">False when it was open already.</param>
public readonly record struct RaisedAlert(long Id, bool IsNew);
