using System.ComponentModel.DataAnnotations;

namespace Pipeline.Scoring;

/// <summary>How summaries are scored. Section <c>Pipeline:Scoring</c>.</summary>
public sealed class ScoringOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Pipeline:Scoring";

    /// <summary>ROUGE tokenizer: <c>char</c>, <c>char-raw</c>, <c>char-nfkc</c>, <c>word-en</c>, <c>word-en-stem</c> or <c>jieba</c>.</summary>
    /// <value>The default is <c>char</c>, the usual choice for Chinese.</value>
    [Required]
    public string Tokenizer { get; set; } = "char";

    /// <summary>Summaries per transaction.</summary>
    /// <value>The default is 1,000.</value>
    [Range(1, 10_000)]
    public int WindowSize { get; set; } = 1000;

    /// <summary>Alarm when the cosine between source and summary is below this.</summary>
    /// <value>The default is 0.45. It suits dense embedders; a lexical one scores lower on correct summaries.</value>
    [Range(-1.0, 1.0)]
    public double MinCosine { get; set; } = 0.45;

    /// <summary>Alarm when summary length / source length is below this.</summary>
    /// <value>The default is 0.12.</value>
    [Range(0.0, 10.0)]
    public double MinCompression { get; set; } = 0.12;

    /// <summary>Alarm when summary length / source length is above this.</summary>
    /// <value>The default is 0.35.</value>
    [Range(0.0, 10.0)]
    public double MaxCompression { get; set; } = 0.35;

    /// <summary>Whether <c>/metrics</c> is open to whoever can reach this service. It holds names of recipes and counts, never a text.</summary>
    /// <value>The default is false: user <c>operator</c> and the password are asked for.</value>
    public bool OpenMetrics { get; set; }

    /// <summary>Alarm when the pooled standard deviation of ROUGE-L over repeated generations is above this with 95 % confidence.</summary>
    /// <value>The default is 0.03.</value>
    [Range(0.0, 1.0)]
    public double MaxStabilityDeviation { get; set; } = 0.03;

    /// <summary>Password of user <c>operator</c> on the Hangfire dashboard. Without one the dashboard is closed to everybody.</summary>
    /// <value>Not set by default; <c>Pipeline:OperatorPassword</c> is used when this is empty.</value>
    public string OperatorPassword { get; set; } = "";
}
