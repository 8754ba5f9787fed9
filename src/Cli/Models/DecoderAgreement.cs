using Pipeline.Inference.Generation;

namespace Pipeline.Cli.Models;

/// <summary>How often a generator would choose the token that another chooses, along the other's greedy texts.</summary>
internal sealed class DecoderAgreement(IDecoder model, IDecoder reference, int newTokens)
{
    private double _loss;
    private double _referenceLoss;
    private double _leftOut;

    /// <summary>Tokens that were compared.</summary>
    public int Tokens { get; private set; }

    /// <summary>Those of them that are the same.</summary>
    public int Same { get; private set; }

    /// <summary>Perplexity of the reference's texts as the model sees them.</summary>
    public double Perplexity => Math.Exp(_loss / Tokens);

    /// <summary>The same as the reference sees them.</summary>
    public double ReferencePerplexity => Math.Exp(_referenceLoss / Tokens);

    /// <summary>Largest root mean square difference of two rows of logits.</summary>
    public double WorstLogits { get; private set; }

    /// <summary>Mean probability, as the reference sees it, of the tokens that the model can't choose.</summary>
    public double LeftOut => _leftOut / Tokens;

    /// <summary>Follows prompts, all of them together.</summary>
    public void Add(IReadOnlyList<int[]> prompts)
    {
        var steps = Math.Min(newTokens, Math.Min(model.MaxTokens, reference.MaxTokens) - prompts.Max(prompt => prompt.Length));
        using var left = model.Start(prompts, steps);
        using var right = reference.Start(prompts, steps);
        for (var step = 0; step <= steps; step++)
        {
            var next = new int[prompts.Count];
            for (var row = 0; row < prompts.Count; row++)
            {
                var (own, other) = (left.Best(row), right.Best(row));
                var logits = left.Logits(row);
                Tokens++;
                Same += own.Id == other.Id ? 1 : 0;
                _loss += own.LogSumExp - logits[other.Id];
                _referenceLoss += other.LogSumExp - other.Logit;
                Compare(logits, right.Logits(row), other.LogSumExp);
                next[row] = other.Id;
            }

            if (step < steps)
            {
                left.Append(next);
                right.Append(next);
            }
        }
    }

    private void Compare(ReadOnlySpan<float> logits, ReadOnlySpan<float> reference, double logSumExp)
    {
        var (squares, count) = (0d, 0);
        for (var id = 0; id < logits.Length; id++)
        {
            if (float.IsNegativeInfinity(logits[id]))
            {
                _leftOut += Math.Exp(reference[id] - logSumExp);
            }
            else
            {
                squares += Math.Pow((double)logits[id] - reference[id], 2);
                count++;
            }
        }

        WorstLogits = Math.Max(WorstLogits, Math.Sqrt(squares / count));
    }
}
