using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Pipeline.Ingest.Http;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Files;

namespace Pipeline.Ingest.OpenAi;

/// <summary>Reads the form of an upload: the field <c>purpose</c> and one file, in either order, the file straight into the database.</summary>
internal static class FileUpload
{
    private const int MaxFieldBytes = 1024;
    private const int MaxNameCharacters = 200;
    private const int BufferBytes = 256 * 1024;

    /// <summary>Stores the file.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="ApiException">The request is no such form, or too large.</exception>
    public static async Task<string> StoreAsync(
        HttpContext context, StoredFiles files, ApiOptions options, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || type.MediaType != "multipart/form-data")
        {
            throw Bad("The request is no form (multipart/form-data).");
        }

        await using var body = RequestBodyStream.Open(context, options.MaxUploadBytes);
        var parts = RequestInput.MultipartOf(type, body);
        StoredFileWriter? writer = null;
        var isStored = false;
        try
        {
            string? purpose = null;
            while (await parts.ReadNextSectionAsync(cancellationToken) is { } part)
            {
                if (part.AsFileSection() is { FileStream: { } content } file && file.Name == "file")
                {
                    writer = writer is null
                        ? await files.CreateAsync(ApiCaller.TenantOf(context.User), NameOf(file.FileName), StoredFiles.Input, cancellationToken)
                        : throw Bad("The form has two files.");
                    await CopyAsync(content, writer, cancellationToken);
                }
                else if (part.AsFormDataSection() is { Name: "purpose" })
                {
                    purpose = await FieldAsync(part.Body, cancellationToken);
                }
            }

            if (purpose != StoredFiles.Input)
            {
                throw Bad($"The purpose is {(purpose is null ? "missing" : $"'{purpose}'")}; only 'batch' is known here.");
            }

            await (writer ?? throw Bad("The form has no file.")).CompleteAsync(cancellationToken);
            isStored = true;
            return writer.Id;
        }
        finally
        {
            if (!isStored && writer is not null)
            {
                await writer.DiscardAsync(CancellationToken.None);
            }
        }
    }

    private static async Task CopyAsync(Stream content, StoredFileWriter writer, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        for (var read = -1; read != 0;)
        {
            read = await content.ReadAsync(buffer, cancellationToken);
            await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private static async Task<string> FieldAsync(Stream field, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaxFieldBytes];
        var length = await field.ReadAtLeastAsync(bytes, MaxFieldBytes, throwOnEndOfStream: false, cancellationToken);
        return length < MaxFieldBytes ? Encoding.UTF8.GetString(bytes, 0, length) : throw Bad("The field 'purpose' is too long.");
    }

    private static string NameOf(string name) => Path.GetFileName(name) is { Length: > 0 } file
        ? file.Length > MaxNameCharacters ? file[..MaxNameCharacters] : file
        : "file.jsonl";

    private static ApiException Bad(string message) => new(
        StatusCodes.Status400BadRequest, "bad-upload", message, "Send multipart/form-data with the field purpose=batch and one file.");
}
