using System.Collections.Immutable;

namespace Pipeline.Inference.Generation;

/// <summary>When a text ends, and what it reads then.</summary>
internal sealed class StopCondition
{
    private readonly GenerationOptions _options;
    private readonly Func<IReadOnlyList<int>, string> _decode;
    private readonly ImmutableHashSet<int> _stopIds;

    /// <param name="options">Limits and stop strings.</param>
    /// <param name="endOfSequence">The model's end-of-sequence ids.</param>
    /// <param name="decode">Ids to text, without special tokens.</param>
    /// <param name="findToken">The id of a token's text. A stop string that is a special token never shows in the text: its id stops.</param>
    public StopCondition(
        GenerationOptions options, IEnumerable<int> endOfSequence, Func<IReadOnlyList<int>, string> decode, Func<string, int?> findToken)
    {
        _options = options;
        _decode = decode;
        EndOfSequence = [.. endOfSequence];
        _stopIds = [.. options.StopStrings.Select(findToken).OfType<int>().Where(id => decode([id]).Length == 0)];
    }

    /// <summary>The model's end-of-sequence ids.</summary>
    public ImmutableArray<int> EndOfSequence { get; }

    /// <summary>Makes an end of the sequence impossible.</summary>
    public void Ban(Span<float> scores)
    {
        foreach (var id in EndOfSequence)
        {
            scores[id] = float.NegativeInfinity;
        }
    }

    /// <summary>Why the text has ended; null while it goes on.</summary>
    /// <param name="newIds">At least one.</param>
    /// <param name="limit">Highest number of new ids for this prompt.</param>
    public FinishReason? Check(IReadOnlyList<int> newIds, int limit)
    {
        if (EndOfSequence.Contains(newIds[^1]))
        {
            return FinishReason.EndOfSequence;
        }

        if (_stopIds.Contains(newIds[^1]) || (!_options.StopStrings.IsEmpty && FindStop(_decode(newIds)) >= 0))
        {
            return FinishReason.Stop;
        }

        return newIds.Count >= limit ? FinishReason.Length : null;
    }

    /// <summary>The ids as text, cut before the first stop string. Also cut where the end came together with an end-of-sequence id.</summary>
    public string Text(IReadOnlyList<int> newIds)
    {
        var text = _decode(newIds);
        var stop = FindStop(text);
        return stop < 0 ? text : text[..stop];
    }

    private int FindStop(string text)
    {
        var first = -1;
        foreach (var stop in _options.StopStrings)
        {
            var found = text.IndexOf(stop, StringComparison.Ordinal);
            first = found >= 0 && (first < 0 || found < first) ? found : first;
        }

        return first;
    }
}
