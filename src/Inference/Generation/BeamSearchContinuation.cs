using System.Buffers;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Beam search by the rule of current transformers with <c>early_stopping=False</c>: a hypothesis that ends counts only when it is
/// among the best <see cref="GenerationOptions.Beams"/> candidates of its step; the search ends when there are that many and the best
/// running one, divided by its present length penalty, no longer beats the worst of them.
/// </summary>
internal sealed class BeamSearchContinuation : IContinuation
{
    private readonly IReadOnlyList<int> _prompt;
    private readonly GenerationOptions _options;
    private readonly StopCondition _stop;
    private readonly int _limit;
    private readonly int _candidates;
    private readonly List<Finished> _finished = []; // the best ones that have ended, best first
    private List<Beam> _running = [new([], 0, 0)];

    /// <param name="prompt">Ids of the prompt.</param>
    /// <param name="options">Validated.</param>
    /// <param name="stop">When a text ends.</param>
    /// <param name="limit">Highest number of new ids for this prompt.</param>
    public BeamSearchContinuation(int[] prompt, GenerationOptions options, StopCondition stop, int limit)
    {
        _prompt = prompt;
        _options = options;
        _stop = stop;
        _limit = limit;

        // So many that enough running ones are left when every beam's best ids are ends.
        _candidates = options.Beams * Math.Max(2, 1 + stop.EndOfSequence.Length);
    }

    public int Rows => Result is null ? _running.Count : 0;

    public GeneratedText? Result { get; private set; }

    public void Advance(IDecoderBatch batch, int firstRow, List<NextRow> next)
    {
        var candidates = new List<Candidate>();
        for (var beam = 0; beam < _running.Count; beam++)
        {
            AddCandidates(candidates, beam, batch.Logits(firstRow + beam));
        }

        // The order of List.Sort is not stable; equal scores keep the order of beams and ids.
        candidates.Sort((a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : (a.Beam, a.Id).CompareTo((b.Beam, b.Id)));
        var running = new List<Beam>();
        for (var rank = 0; rank < candidates.Count && rank < _candidates && running.Count < _options.Beams; rank++)
        {
            var candidate = candidates[rank];
            Beam beam = new([.. _running[candidate.Beam].Ids, candidate.Id], candidate.Score, candidate.LogProbability);
            if (_stop.Check(beam.Ids, _limit) is not { } reason)
            {
                running.Add(beam);
                next.Add(new(firstRow + candidate.Beam, candidate.Id));
            }
            else if (rank < _options.Beams)
            {
                AddFinished(new(beam, reason, Normalized(beam)));
            }
        }

        _running = running;
        if (running.Count == 0 || !CanImprove())
        {
            next.RemoveRange(next.Count - running.Count, running.Count);
            var (best, reason, score) = _finished[0];
            Result = new(best.Ids, _stop.Text(best.Ids), reason, best.LogProbability, score);
        }
    }

    private void AddCandidates(List<Candidate> candidates, int beam, ReadOnlySpan<float> logits)
    {
        var logSumExp = LogSumExp.Of(logits);
        if (!double.IsFinite(logSumExp))
        {
            throw new BrokenLogitsException();
        }

        var (ids, score, logProbability) = _running[beam];
        var rented = ArrayPool<float>.Shared.Rent(logits.Length);
        try
        {
            var scores = rented.AsSpan(0, logits.Length);
            logits.CopyTo(scores);
            if (_options.RepetitionPenalty != 1)
            {
                RepetitionPenalty.OnLogProbabilities(logits, logSumExp, scores, _prompt.Concat(ids), _options.RepetitionPenalty);
            }

            if (ids.Length < _options.MinNewTokens)
            {
                _stop.Ban(scores);
            }

            foreach (var token in TopTokens.Best(scores, _candidates))
            {
                candidates.Add(new(
                    beam, token.Id, score + token.Score - logSumExp, logProbability + logits[token.Id] - logSumExp));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private bool CanImprove() => _finished.Count < _options.Beams || Normalized(_running[0]) > _finished[^1].Score;

    private void AddFinished(Finished finished)
    {
        var place = _finished.FindIndex(other => other.Score < finished.Score);
        _finished.Insert(place < 0 ? _finished.Count : place, finished);
        if (_finished.Count > _options.Beams)
        {
            _finished.RemoveAt(_options.Beams);
        }
    }

    private double Normalized(Beam beam) => beam.Score / Math.Pow(beam.Ids.Length, _options.LengthPenalty);

    private readonly record struct Candidate(int Beam, int Id, double Score, double LogProbability);

    private sealed record Finished(Beam Beam, FinishReason Reason, double Score);
}
