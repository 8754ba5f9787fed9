namespace Pipeline.Storage.Reports;

/// <summary>Work of one stage, counted in the ledger.</summary>
/// <param name="Stage"><c>embed</c> or <c>summarize</c>.</param>
/// <param name="Pending">Texts that wait, sent or not.</param>
/// <param name="Running">Texts that a worker holds.</param>
/// <param name="Quarantined">Texts given up after three attempts.</param>
/// <param name="ChunksOutstanding">Messages sent and not settled.</param>
public sealed record QueueRow(string Stage, long Pending, long Running, long Quarantined, long ChunksOutstanding);
