using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Rouge;

/// <summary>
/// ROUGE-1, -2, -L and -Lsum as google-research/rouge defines them (Lin 2004, "ROUGE: A Package for Automatic Evaluation of
/// Summaries", with the clipping of ROUGE-1.5.5). Safe to share between threads.
/// </summary>
/// <param name="tokenizer">Decides what counts as a token.</param>
public sealed class RougeScorer(Tokenizer tokenizer)
{
    // A scorer is used by one thread at a time nearly always; a second caller gets a workspace of its own.
    private RougeWorkspace? _idle;

    /// <summary>What must be equal for two scores to be comparable.</summary>
    public RougeSignature Signature { get; } = RougeSignature.Of(tokenizer);

    /// <summary>Scores <paramref name="candidate"/> against one reference.</summary>
    public RougeScores Score(string candidate, string reference)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(reference);

        var workspace = Interlocked.Exchange(ref _idle, null) ?? new RougeWorkspace();
        workspace.Start(tokenizer, candidate);
        var scores = workspace.Score(tokenizer, reference);
        Keep(workspace);
        return scores;
    }

    /// <summary>
    /// Scores <paramref name="candidate"/> against every reference and takes, for each score by itself, the reference with the
    /// highest F, the first of them on a tie.
    /// </summary>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public RougeScores Score(string candidate, IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count == 0)
        {
            throw new ArgumentException("A candidate needs at least one reference to be scored against.", nameof(references));
        }

        var workspace = Interlocked.Exchange(ref _idle, null) ?? new RougeWorkspace();
        workspace.Start(tokenizer, candidate);
        var best = workspace.Score(tokenizer, references[0]);
        for (var i = 1; i < references.Count; i++)
        {
            best = best.Best(workspace.Score(tokenizer, references[i]));
        }

        Keep(workspace);
        return best;
    }

    private void Keep(RougeWorkspace workspace)
    {
        if (workspace.IsWorthKeeping)
        {
            _idle = workspace;
        }
    }
}
