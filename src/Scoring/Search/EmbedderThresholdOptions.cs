using System.ComponentModel.DataAnnotations;

namespace Pipeline.Scoring.Search;

/// <summary><see cref="ThresholdOptions"/> of one embedder.</summary>
public sealed class EmbedderThresholdOptions : ThresholdOptions
{
    /// <summary>Name of the embedder.</summary>
    [Required(ErrorMessage = "An entry of Pipeline:Search:Embedders has no Name.")]
    public string Name { get; set; } = "";
}
