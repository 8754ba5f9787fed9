using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Http;

/// <summary>What became of a submission.</summary>
/// <param name="Batch">Id of the batch.</param>
/// <param name="Name">Its name.</param>
/// <param name="Resubmitted">The same content with the same options had been submitted before; nothing changed.</param>
/// <param name="Accepted">Lines accepted.</param>
/// <param name="Rejected">Lines refused.</param>
/// <param name="Duplicates">Accepted lines whose document was known before.</param>
/// <param name="ReplacedCharacters">NUL characters and lone surrogates replaced by U+FFFD.</param>
/// <param name="UnusedFields">Fields of the input that nothing was made of.</param>
/// <param name="Refused">The first refused lines. All of them are among the failures of the batch.</param>
internal sealed record SubmitAnswer(
    long Batch, string Name, bool Resubmitted, long Accepted, long Rejected, long Duplicates, long ReplacedCharacters,
    IReadOnlyList<string> UnusedFields, IReadOnlyList<RejectedLine> Refused);
