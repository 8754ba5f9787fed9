using System.ComponentModel.DataAnnotations;

namespace Pipeline.Ingest.Http;

/// <summary>Limits and defaults of the HTTP API. Section <c>Pipeline:Api</c>.</summary>
public sealed class ApiOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Pipeline:Api";

    /// <summary>Largest body in bytes, as it is sent. It is kept on disk (TMPDIR) while it is read, never in memory.</summary>
    /// <value>The default is 1 GiB.</value>
    [Range(1024L, 1L << 40)]
    public long MaxUploadBytes { get; set; } = 1L << 30;

    /// <summary>Largest body of the type application/json, which is parsed as a whole. NDJSON has no such limit.</summary>
    /// <value>The default is 16 MiB.</value>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaxJsonBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Largest text in UTF-8 bytes.</summary>
    /// <value>The default is 1 MiB.</value>
    [Range(1, 256 * 1024 * 1024)]
    public int MaxTextBytes { get; set; } = 1024 * 1024;

    /// <summary>Bodies that are taken at the same time; further ones are asked to come again.</summary>
    /// <value>The default is 8.</value>
    [Range(1, 1000)]
    public int MaxUploads { get; set; } = 8;

    /// <summary>Recipe of submissions that name none.</summary>
    /// <value>The default is <c>extractive</c>.</value>
    [Required]
    public string Recipe { get; set; } = "extractive";

    /// <summary>Embedder of submissions that name none.</summary>
    /// <value>The default is <c>hashing</c>.</value>
    [Required]
    public string Embedder { get; set; } = "hashing";
}
