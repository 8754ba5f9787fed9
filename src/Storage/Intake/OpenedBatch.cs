namespace Pipeline.Storage.Intake;

/// <summary>A batch that is ready for lines.</summary>
/// <param name="Id">Batch id.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsLoaded">The same submission was loaded completely before: there is nothing to do.</param>
/// <param name="Resumed">The same submission was begun before and is loaded again from its first line, which changes nothing that is there.</param>
/// <param name="WasCancelled">It had been cancelled and goes on.</param>
public sealed record OpenedBatch(long Id, string Name, bool IsLoaded, bool Resumed, bool WasCancelled);
