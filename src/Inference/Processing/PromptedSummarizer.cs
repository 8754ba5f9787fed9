using System.Runtime.CompilerServices;

namespace Pipeline.Inference.Processing;

/// <summary>
/// Summarises by asking a model: text to prompts, answers to a summary, and the checks behind it. The prompts of all texts run together;
/// each text settles alone and as soon as it can.
/// </summary>
internal sealed class PromptedSummarizer(ICompleter completer, SummarySettings settings) : ISummarizer
{
    private readonly SummaryPlanner _planner = new(completer, settings);
    private readonly OutputCleaner _cleaner = new(settings.Template.Lines());
    private readonly SummaryCheck _check = new(settings);

    public async IAsyncEnumerable<TextOutcome<Summary>> SummarizeAsync(
        IReadOnlyList<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var jobs = new List<SummaryJob>();
        for (var index = 0; index < texts.Count; index++)
        {
            if (Begin(index, texts[index].Trim(), jobs) is { } failure)
            {
                yield return new(index, null, failure);
            }
        }

        while (jobs.Count > 0)
        {
            var prompts = jobs.SelectMany(job => job.Prompts.Select((prompt, slot) => (Job: job, Slot: slot, Prompt: prompt))).ToList();
            var next = new List<SummaryJob>();
            await foreach (var outcome in completer.CompleteAsync([.. prompts.Select(entry => entry.Prompt)], cancellationToken))
            {
                var (job, slot, _) = prompts[outcome.Index];
                job.Add(slot, outcome);
                if (!job.IsRoundOver)
                {
                    continue;
                }

                if (EndRound(job, texts[job.Index]) is { } settled)
                {
                    yield return settled;
                }
                else
                {
                    next.Add(job);
                }
            }

            jobs = next;
        }
    }

    private TextFailure? Begin(int index, string text, List<SummaryJob> jobs)
    {
        if (text.Length == 0)
        {
            return TextFailure.EmptyText;
        }

        try
        {
            jobs.Add(new(index, text, _planner, _cleaner));
            return null;
        }
        catch (Exception exception) when (TextByText.IsFaultOfTheText(exception))
        {
            return TextByText.Failure(exception, text);
        }
    }

    private TextOutcome<Summary>? EndRound(SummaryJob job, string text)
    {
        try
        {
            return job.EndRound(_check);
        }
        catch (Exception exception) when (TextByText.IsFaultOfTheText(exception))
        {
            return new(job.Index, null, TextByText.Failure(exception, text));
        }
    }
}
