using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Metrics;

namespace Pipeline.Inference.Generation.Scheduling;

/// <summary>The prompts that run, and their rows. Joins scheduler and decoder; knows nothing of threads.</summary>
internal sealed class RunningBatch(
    IDecoder decoder, RowScheduler<GenerationJob> scheduler, int maxGuessedTokens, ModelMetrics metrics) : IDisposable
{
    // Below so many logits a row of its own thread costs more than it saves.
    private const int LogitsWorthThreads = 1 << 16;

    private const int FewestGuessed = 2;

    private readonly IDecoderBatch _batch = decoder.Open();
    private readonly List<GenerationJob> _jobs = [];
    private readonly Queue<GenerationJob> _admitted = [];

    // Tokens guessed at a time: more while guesses prove right.
    private int _guessed = FewestGuessed;

    /// <summary>Begins what fits, and runs one token of every row.</summary>
    public void Step()
    {
        Arrange();
        scheduler.Admit().ForEach(_admitted.Enqueue);
        if (_batch.AddsTogether && _admitted.TryPeek(out var first) && MakeRoom(first))
        {
            BeginTogether();
        }

        while (_admitted.TryPeek(out var job) && MakeRoom(job))
        {
            Begin(job);
        }

        metrics.Cache((long)scheduler.Rows * scheduler.Tokens * decoder.CacheBytesPerToken);
        if (_jobs.Count == 0)
        {
            return;
        }

        Arrange();
        var guess = Guess();
        try
        {
            using (metrics.Measure(InferenceStage.Step))
            {
                int[] ids = [.. _jobs.SelectMany(job => job.Next).Select(row => row.Id)];
                if (guess.Length > 0)
                {
                    _batch.AppendSequence([.. ids, .. guess]);
                }
                else
                {
                    _batch.Append(ids);
                }
            }

            metrics.Ran(_batch.Rows, padding: 0);
        }
        catch (OnnxRuntimeException exception)
        {
            _jobs.ForEach(job => job.Fail($"ONNX Runtime failed on a step of {_batch.Rows} rows: {exception.Message}"));
            SettleEnded();
            return;
        }

        using (metrics.Measure(InferenceStage.Choose))
        {
            if (guess.Length > 0)
            {
                ChooseAlong(guess);
            }
            else
            {
                Choose();
            }
        }

        SettleEnded();
    }

    /// <summary>Stops running what belongs to a call.</summary>
    public void Drop(GenerationCall call)
    {
        _jobs.Where(job => job.Call == call).ToList().ForEach(scheduler.Release);
        _jobs.RemoveAll(job => job.Call == call);
    }

    /// <summary>Ends every call that has something running. The batch is of no use any more.</summary>
    public void Fail(Exception exception)
    {
        foreach (var job in _jobs.Concat(_admitted))
        {
            scheduler.Withdraw(job.Call);
            scheduler.Release(job);
            job.Call.End(exception);
        }
    }

    public void Dispose()
    {
        metrics.Cache(0);
        _batch.Dispose();
    }

    /// <summary>
    /// Reads all prompts that were admitted: the room that was made for the first is room for all. Where that fails nothing has changed, and one after the
    /// other will show whose fault it is.
    /// </summary>
    private void BeginTogether()
    {
        try
        {
            using (metrics.Measure(InferenceStage.Read))
            {
                _batch.Add([.. _admitted.Select(job => job.Prompt)]);
            }
        }
        catch (OnnxRuntimeException)
        {
            return;
        }

        var row = _batch.Rows - _admitted.Count;
        Draw(_admitted.Select((job, i) => (job, row + i)));
        foreach (var job in _admitted)
        {
            metrics.Read(job.PromptTokens);
            job.Advance(_batch, row++);
        }

        _jobs.AddRange(_admitted);
        _admitted.Clear();
        SettleEnded();
    }

    private void Begin(GenerationJob job)
    {
        try
        {
            using (metrics.Measure(InferenceStage.Read))
            {
                _batch.Add(job.Prompt);
            }

            metrics.Read(job.PromptTokens);
            Draw([(job, _batch.Rows - 1)]);
            job.Advance(_batch, _batch.Rows - 1);
        }
        catch (OnnxRuntimeException exception)
        {
            job.Fail($"ONNX Runtime failed on a prompt of {job.PromptTokens} tokens: {exception.Message}");
        }

        _jobs.Add(_admitted.Dequeue());
        SettleEnded();
    }

    /// <summary>
    /// Room for a job and the rows that run. Where memory turns out to be short, less is used from then on, and what has not begun waits again.
    /// </summary>
    /// <returns>False when the job has to wait until others have ended.</returns>
    private bool MakeRoom(GenerationJob job)
    {
        while (true)
        {
            try
            {
                // A row whose prompt has ended at once stays until the rows are arranged.
                _batch.Reserve(Math.Max(scheduler.RowLimit, _batch.Rows + 1), scheduler.Tokens);
                return true;
            }
            catch (OutOfMemoryException)
            {
                // The last first: each goes before the others of its call.
                foreach (var other in _admitted.Skip(1).Reverse())
                {
                    scheduler.Return(other.Call, other);
                }

                _admitted.Clear();
                if (!scheduler.HalveCache())
                {
                    if (_jobs.Count == 0)
                    {
                        _admitted.Enqueue(job);
                        throw;
                    }

                    scheduler.Return(job.Call, job);
                    return false;
                }

                _admitted.Enqueue(job);
            }
        }
    }

    /// <summary>What a text that runs alone may go on with. In a batch its neighbours make better use of the time.</summary>
    private int[] Guess() => _jobs.Count == 1 && _jobs[0].Next.Count == 1
        ? _jobs[0].Continuation.Guess(Math.Min(_guessed, Math.Min(maxGuessedTokens, _batch.LongestSequence - 1)))
        : [];

    /// <summary>Chooses one token after the other for as long as they are those that were guessed, and forgets the rest of the guess.</summary>
    private void ChooseAlong(int[] guess)
    {
        var job = _jobs[0];
        var right = 0;
        job.Advance(_batch, 0);
        while (right < guess.Length && job.Outcome is null && job.Next[0].Id == guess[right])
        {
            right++;
            job.Advance(_batch, right);
        }

        _batch.Keep(right + 1);
        job.Place(0);
        metrics.Guessed(guess.Length, right);
        _guessed = Math.Max(FewestGuessed, 2 * right);
    }

    /// <summary>Chooses each row's next token, on several cores when there is enough to look at.</summary>
    private void Choose()
    {
        var firstRows = new int[_jobs.Count];
        for (var i = 1; i < firstRows.Length; i++)
        {
            firstRows[i] = firstRows[i - 1] + _jobs[i - 1].Next.Count;
        }

        Draw(_jobs.Select((job, i) => (job, firstRows[i])));
        if (decoder.VocabularySize >= LogitsWorthThreads)
        {
            Parallel.For(0, firstRows.Length, i => _jobs[i].Advance(_batch, firstRows[i]));
        }
        else
        {
            for (var i = 0; i < firstRows.Length; i++)
            {
                _jobs[i].Advance(_batch, firstRows[i]);
            }
        }
    }

    /// <summary>Lets the batch draw for all jobs at once that have something to draw, where it can.</summary>
    private void Draw(IEnumerable<(GenerationJob Job, int Row)> jobs)
    {
        if (!_batch.Draws)
        {
            return;
        }

        var drawing = new List<IContinuation>();
        var draws = new List<RowDraw>();
        foreach (var (job, row) in jobs)
        {
            if (job.Continuation.NextDraw(row) is { } draw)
            {
                drawing.Add(job.Continuation);
                draws.Add(draw);
            }
        }

        if (draws.Count > 0)
        {
            foreach (var (continuation, token) in drawing.Zip(_batch.Draw(draws)))
            {
                continuation.Take(token);
            }
        }
    }

    private void SettleEnded()
    {
        foreach (var job in _jobs)
        {
            if (job.Outcome is { } outcome)
            {
                scheduler.Release(job);
                metrics.Appended(outcome.Value?.Ids.Count ?? 0);
                metrics.Settled(outcome.Value is not null);
                job.Call.Settle(outcome);
            }
        }

        _jobs.RemoveAll(job => job.Outcome is not null);
    }

    /// <summary>Puts the rows of the batch in the order of the jobs, each as often as it goes on.</summary>
    private void Arrange()
    {
        var sources = _jobs.SelectMany(job => job.Next).Select(row => row.Source).ToArray();
        if (!sources.SequenceEqual(Enumerable.Range(0, _batch.Rows)))
        {
            _batch.Reorder(sources);
        }

        var first = 0;
        foreach (var job in _jobs)
        {
            job.Place(first);
            first += job.Next.Count;
        }
    }
}
