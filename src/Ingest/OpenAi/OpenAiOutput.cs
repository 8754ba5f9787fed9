using System.Text;
using Pipeline.Storage.Exports;
using Pipeline.Storage.Files;
using Pipeline.Storage.OpenAi;
using Pipeline.Storage.Reports;

namespace Pipeline.Ingest.OpenAi;

/// <summary>Writes the output file and the error file of a batch.</summary>
internal sealed class OpenAiOutput(StoredFiles files, ResultWindows results)
{
    /// <summary>Writes both, as far as there is something to write.</summary>
    /// <returns>Their ids.</returns>
    public async Task<(string? OutputFileId, string? ErrorFileId)> WriteAsync(OpenAiBatchRow batch, long batchId, CancellationToken cancellationToken)
    {
        var text = new OpenAiResultText(batchId);
        StoredFileWriter? output = null, errors = null;
        await foreach (var row in results.StreamAsync(batchId, recipe: null, statistics: false, cancellationToken))
        {
            var writer = OpenAiResultText.HasResponse(row)
                ? output ??= await files.CreateAsync(batch.Tenant, batch.Id + "_output.jsonl", StoredFiles.Output, cancellationToken)
                : errors ??= await files.CreateAsync(batch.Tenant, batch.Id + "_error.jsonl", StoredFiles.Output, cancellationToken);
            await writer.WriteAsync(Encoding.UTF8.GetBytes(text.Line(row)), cancellationToken);
        }

        foreach (var writer in (StoredFileWriter?[])[output, errors])
        {
            await (writer?.CompleteAsync(cancellationToken) ?? Task.CompletedTask);
        }

        return (output?.Id, errors?.Id);
    }
}
