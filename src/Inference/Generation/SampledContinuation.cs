using System.Buffers;

namespace Pipeline.Inference.Generation;

/// <summary>Greedy decoding, or sampling when the options have a temperature: one row.</summary>
internal sealed class SampledContinuation : IContinuation
{
    private readonly IReadOnlyList<int> _prompt;
    private readonly GenerationOptions _options;
    private readonly StopCondition _stop;
    private readonly int _limit;
    private readonly SampleStream? _stream;
    private readonly List<int> _newIds = [];
    private double _logProbability;
    private ScoredToken? _drawn;

    /// <param name="prompt">Ids of the prompt.</param>
    /// <param name="options">Validated.</param>
    /// <param name="stop">When a text ends.</param>
    /// <param name="limit">Highest number of new ids for this prompt.</param>
    public SampledContinuation(int[] prompt, GenerationOptions options, StopCondition stop, int limit)
    {
        _prompt = prompt;
        _options = options;
        _stop = stop;
        _limit = limit;
        _stream = options.Temperature > 0 ? new SampleStream(options.Seed, options.SampleNumber, prompt) : null;
    }

    public int Rows => Result is null ? 1 : 0;

    public GeneratedText? Result { get; private set; }

    public int[] Guess(int most) => PromptLookup.Guess(_prompt, _newIds, Math.Min(most, _limit - _newIds.Count));

    public RowDraw? NextDraw(int row) => _stream is null || _options.RepetitionPenalty != 1 || _newIds.Count < _options.MinNewTokens
        ? null
        : new(row, _options.Temperature, _options.TopK, _options.TopP, _stream[_newIds.Count]);

    public void Take(ScoredToken drawn) => _drawn = drawn;

    public void Advance(IDecoderBatch batch, int firstRow, List<NextRow> next)
    {
        var id = _stream is null ? ChooseBest(batch, firstRow) : Draw(batch, firstRow);
        if (_stop.Check(_newIds, _limit) is { } reason)
        {
            Result = new(_newIds, _stop.Text(_newIds), reason, _logProbability, null);
        }
        else
        {
            next.Add(new(firstRow, id));
        }
    }

    /// <summary>
    /// Greedy decoding needs no more than the best id, unless that is banned or penalised: a penalty above 1 raises no other. Logits need
    /// not leave a GPU then.
    /// </summary>
    private int ChooseBest(IDecoderBatch batch, int row)
    {
        var best = batch.Best(row);
        Check(best.LogSumExp);
        var isBanned = _newIds.Count < _options.MinNewTokens && _stop.EndOfSequence.Contains(best.Id);
        var isPenalised = _options.RepetitionPenalty < 1
            || (_options.RepetitionPenalty > 1 && (_prompt.Contains(best.Id) || _newIds.Contains(best.Id)));
        return isBanned || isPenalised ? Choose(batch.Logits(row), best.LogSumExp) : Take(best.Id, best.Logit, best.LogSumExp);
    }

    private int Draw(IDecoderBatch batch, int row)
    {
        var logSumExp = batch.Best(row).LogSumExp;
        Check(logSumExp);
        if (_drawn is { } drawn)
        {
            _drawn = null;
            return Take(drawn.Id, drawn.Score, logSumExp);
        }

        return Choose(batch.Logits(row), logSumExp);
    }

    private int Choose(ReadOnlySpan<float> logits, double logSumExp)
    {
        var rented = ArrayPool<float>.Shared.Rent(logits.Length);
        try
        {
            var scores = rented.AsSpan(0, logits.Length);
            logits.CopyTo(scores);
            if (_options.RepetitionPenalty != 1)
            {
                RepetitionPenalty.OnLogits(logits, scores, _prompt.Concat(_newIds), _options.RepetitionPenalty);
            }

            if (_newIds.Count < _options.MinNewTokens)
            {
                _stop.Ban(scores);
            }

            var id = _stream is null
                ? TopTokens.Best(scores)
                : TokenDraw.Next(scores, _options.Temperature, _options.TopK, _options.TopP, _stream[_newIds.Count]);
            return Take(id, logits[id], logSumExp);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private int Take(int id, float logit, double logSumExp)
    {
        _newIds.Add(id);
        _logProbability += logit - logSumExp;
        return id;
    }

    private static void Check(double logSumExp)
    {
        if (!double.IsFinite(logSumExp))
        {
            throw new BrokenLogitsException();
        }
    }
}
