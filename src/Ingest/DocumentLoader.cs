using System.Threading.Channels;
using Pipeline.Ingest.Sources;
using Pipeline.Storage;
using Pipeline.Storage.Intake;

namespace Pipeline.Ingest;

/// <summary>
/// Loads a source into a batch: read, admit, accept, window by window. Reading and writing overlap; memory holds two windows,
/// however long the file.
/// </summary>
public sealed class DocumentLoader(BatchIntake intake, OutageRetry outages)
{
    private const int WindowLines = 2000;

    // A window of huge tickets is closed early: 8 million UTF-16 units are 16 MB.
    private const int WindowCharacters = 8_000_000;

    /// <summary>Loads every record of the source and closes the batch.</summary>
    /// <param name="batch">The open batch.</param>
    /// <param name="submission">What was submitted.</param>
    /// <param name="source">Where the records come from.</param>
    /// <param name="maxTextBytes">Largest text in UTF-8 bytes.</param>
    /// <param name="refuse">Takes the refused lines.</param>
    /// <param name="progress">Told after each committed window.</param>
    /// <param name="cancellationToken">Stops between two windows; the same submission resumes the load later.</param>
    /// <exception cref="SourceException">The source cannot be read any further.</exception>
    /// <exception cref="OutageException">PostgreSQL stayed away. What is committed stays; the same submission resumes the load.</exception>
    public async Task<LoadProgress> LoadAsync(
        OpenedBatch batch, BatchSubmission submission, IDocumentSource source, int maxTextBytes,
        Func<RejectedLine, CancellationToken, ValueTask> refuse,
        IProgress<LoadProgress> progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var windows = Channel.CreateBounded<Window>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync(source, maxTextBytes, windows.Writer, stop.Token);
        var total = default(LoadProgress);
        try
        {
            await foreach (var window in windows.Reader.ReadAllAsync(cancellationToken))
            {
                var conflicts = await outages.RunAsync(
                    token => intake.WriteAsync(batch.Id, submission, window.Documents, window.Rejects.ConvertAll(ToIntake), token), cancellationToken);
                var refused = window.Rejects.Concat(conflicts.Select(c => new RejectedLine(c.Line, c.Code, c.Reason, c.ExternalId)));
                foreach (var rejected in refused.OrderBy(line => line.Line))
                {
                    await refuse(rejected, cancellationToken);
                }

                total = new LoadProgress(
                    total.Accepted + window.Documents.Count - conflicts.Count,
                    total.Rejected + window.Rejects.Count + conflicts.Count,
                    total.ReplacedCharacters + window.ReplacedCharacters);
                progress.Report(total);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // The reader's own failure has closed the channel with it, so the loop above has thrown it already.
        await outages.RunAsync(token => intake.CloseAsync(batch.Id, token), cancellationToken);
        return total;
    }

    private static async Task ReadAsync(
        IDocumentSource source, int maxTextBytes, ChannelWriter<Window> windows, CancellationToken cancellationToken)
    {
        try
        {
            var window = new Window();
            await foreach (var record in source.ReadAsync(cancellationToken))
            {
                if (record is RejectedLine unreadable)
                {
                    window.Rejects.Add(unreadable);
                }
                else if (Admission.TryAdmit((IncomingDocument)record, maxTextBytes, out var document, out var rejected))
                {
                    window.Add(document);
                }
                else
                {
                    window.Rejects.Add(rejected);
                }

                if (window.Documents.Count + window.Rejects.Count >= WindowLines || window.Characters >= WindowCharacters)
                {
                    await windows.WriteAsync(window, cancellationToken);
                    window = new Window();
                }
            }

            await windows.WriteAsync(window, cancellationToken);
            windows.Complete();
        }
        catch (Exception exception)
        {
            windows.Complete(exception);
        }
    }

    private static IntakeReject ToIntake(RejectedLine line) => new(line.Line, line.Id, line.Code, line.Reason);

    private sealed class Window
    {
        public List<IntakeDocument> Documents { get; } = [];

        public List<RejectedLine> Rejects { get; } = [];

        public long Characters { get; private set; }

        public long ReplacedCharacters { get; private set; }

        public void Add(AdmittedDocument document)
        {
            Documents.Add(new IntakeDocument(document.Line, document.ExternalId, document.Text, document.TextHash, document.Reference)
            {
                Candidate = document.Candidate, Category = document.Category,
            });
            Characters += document.Text.Length + (document.Reference?.Length ?? 0) + (document.Candidate?.Length ?? 0);
            ReplacedCharacters += document.ReplacedCharacters;
        }
    }
}
