namespace Pipeline.Scoring.Comparison;

/// <summary>Keeps the documents with the largest differences of either sign, however many there are.</summary>
internal sealed class LargestDifferences(int count)
{
    private readonly PriorityQueue<LineDifference, (double, long)> _lower = new();
    private readonly PriorityQueue<LineDifference, (double, long)> _higher = new();

    /// <summary>Documents where B is lower, the largest difference first.</summary>
    public IReadOnlyList<LineDifference> Lower => Sorted(_lower);

    /// <summary>Documents where B is higher, the largest difference first.</summary>
    public IReadOnlyList<LineDifference> Higher => Sorted(_higher);

    /// <summary>Adds a document; one without a difference is left out.</summary>
    public void Add(LineDifference line)
    {
        if (line.Change == 0 || count == 0)
        {
            return;
        }

        // Of equal differences the earlier lines stay.
        var queue = line.Change < 0 ? _lower : _higher;
        queue.Enqueue(line, (Math.Abs(line.Change), -line.Line));
        if (queue.Count > count)
        {
            queue.Dequeue();
        }
    }

    private static IReadOnlyList<LineDifference> Sorted(PriorityQueue<LineDifference, (double, long)> queue) =>
        [.. queue.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];
}
