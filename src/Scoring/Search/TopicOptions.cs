using System.ComponentModel.DataAnnotations;

namespace Pipeline.Scoring.Search;

/// <summary>A topic that documents and queries are assigned to by its description alone.</summary>
public sealed class TopicOptions
{
    /// <summary>What results call it.</summary>
    [Required(ErrorMessage = "A topic of Pipeline:Search:Topics has no Name.")]
    public string Name { get; set; } = "";

    /// <summary>What belongs to it, in the words of the documents.</summary>
    [Required(ErrorMessage = "A topic of Pipeline:Search:Topics has no Description.")]
    [MaxLength(1000)]
    public string Description { get; set; } = "";
}
