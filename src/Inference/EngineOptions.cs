using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Pipeline.Inference.Models;
using Pipeline.Inference.OpenAi;

namespace Pipeline.Inference;

/// <summary>What engines need to know about this machine. Section <c>Pipeline</c>.</summary>
public sealed class EngineOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Pipeline";

    /// <summary>Folder of the imported models.</summary>
    /// <value>The default is <c>models</c> in the working folder; the launcher sets the repository's.</value>
    [Required]
    public string Models { get; set; } = ModelStore.DefaultFolder;

    /// <summary>Folder of the recipes that were added, one JSON file each.</summary>
    /// <value>The default is <c>recipes</c> in the working folder; the launcher sets the repository's.</value>
    [Required]
    public string Recipes { get; set; } = "recipes";

    /// <summary>Keys of endpoints by the name that recipes use (<c>credential</c>). Never logged, never stored.</summary>
    public Dictionary<string, string> Credentials { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How models that were imported for a GPU run.</summary>
    [ValidateObjectMembers]
    public CudaOptions Cuda { get; set; } = new();

    /// <summary>How endpoints are used.</summary>
    [ValidateObjectMembers]
    public OpenAiOptions OpenAi { get; set; } = new();
}
