namespace Pipeline.Cli.Models.Comparison;

/// <summary>Where a round's time went, as shares of its wall time, and how well its runs were used.</summary>
/// <param name="Tokenize">Texts to ids.</param>
/// <param name="Read">ONNX Runtime, prompts or texts to embed.</param>
/// <param name="Step">ONNX Runtime, steps.</param>
/// <param name="Choose">Logits to ids.</param>
/// <param name="Fill">Mean rows of a run divided by those that were allowed.</param>
/// <param name="Padding">Share of positions that belong to no text.</param>
internal sealed record TimeSplit(double Tokenize, double Read, double Step, double Choose, double Fill, double Padding)
{
    /// <summary>What is spent outside ONNX Runtime.</summary>
    public double Overhead => 1 - Read - Step;
}
