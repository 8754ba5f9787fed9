using Pipeline.Cli.Output;
using Pipeline.TextMetrics.Rouge;

namespace Pipeline.Cli.Evaluation;

/// <summary>Scores every line of the input, reports those it cannot, and sums up.</summary>
internal sealed class EvaluationRun(EvaluationRequest request, TextWriter output, TextWriter errors)
{
    private readonly RougeScorer _scorer = new(request.Tokenizer);

    /// <returns>The exit code: success only when every line was scored and there was one.</returns>
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (OpenInput() is not { } input)
            {
                return ExitCode.Failure;
            }

            await using (input)
            {
                return await ScoreAsync(input, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            errors.WriteLine(Say("Interrupted; the output file was not written.", "已中断；没有写出输出文件。"));
            return ExitCode.Failure;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(Say(
                $"Cannot write {request.Output}: {error.Message} Choose a folder that exists and is writable with --output.",
                $"无法写入 {request.Output}：{error.Message} 请用 --output 指定存在且可写的目录。"));
            return ExitCode.Failure;
        }
    }

    private Stream? OpenInput()
    {
        if (request.Input == EvaluationRequest.StandardStream)
        {
            return Console.OpenStandardInput();
        }

        try
        {
            return new FileStream(request.Input, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, useAsync: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(Say(
                $"Cannot read {request.Input}: {error.Message} Name an existing file of JSON lines with --input.",
                $"无法读取 {request.Input}：{error.Message} 请用 --input 指定已有的 JSON Lines 文件。"));
            return null;
        }
    }

    private async Task<int> ScoreAsync(Stream input, CancellationToken cancellationToken)
    {
        var totals = new EvaluationTotals();
        var complaints = new LineComplaints(errors);
        using (var target = OutputTarget.Open(request.Output))
        using (var lines = new ScoreLines(target.Stream, request.Tokenizer))
        {
            await foreach (var (number, line) in JsonLines.ReadAsync(input, cancellationToken))
            {
                try
                {
                    var pair = EvaluationPair.Parse(line, number);
                    var scores = _scorer.Score(pair.Candidate, pair.References);
                    totals.Add(scores);
                    await lines.WriteAsync(pair, scores, cancellationToken);
                }
                catch (FormatException error)
                {
                    totals.Skip();
                    complaints.Add(Say($"{request.InputName}:{number}: {error.Message} The line was skipped.", $"{request.InputName}:{number}：{error.Message}已跳过该行。"));
                }
            }

            complaints.Complete();
            await lines.FlushAsync(cancellationToken);
            target.Commit();
        }

        return Report(totals);
    }

    private int Report(EvaluationTotals totals)
    {
        if (totals.Pairs + totals.Skipped == 0)
        {
            errors.WriteLine(Say($"{request.InputName} has no lines, so there is nothing to score.", $"{request.InputName} 没有任何行，无可评分。"));
        }

        var writer = request.WritesStandardOutput ? errors : output;
        if (request.AsJson)
        {
            EvaluationSummary.WriteJson(writer, totals, _scorer.Signature);
        }
        else
        {
            EvaluationSummary.WriteTable(writer, totals, _scorer.Signature);
        }

        return totals.Skipped == 0 && totals.Pairs > 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
