namespace Pipeline.Storage.Files;

/// <summary>A file of the OpenAI-compatible API.</summary>
/// <param name="Id">Its id, <c>file-</c> and 24 hexadecimal digits.</param>
/// <param name="Number">Its place in lists.</param>
/// <param name="Tenant">Whose file it is.</param>
/// <param name="Name">Name of the file as it was uploaded.</param>
/// <param name="Purpose"><c>batch</c> for uploads, <c>batch_output</c> for outputs and errors.</param>
/// <param name="Bytes">Length of the content.</param>
/// <param name="CreatedAt">When its upload began.</param>
public sealed record StoredFile(string Id, long Number, string Tenant, string Name, string Purpose, long Bytes, DateTimeOffset CreatedAt);
