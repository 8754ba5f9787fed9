namespace Pipeline.Cli.Output;

/// <summary>Says the first complaints about lines of an input, and how many more there were: a file of another format would fill the screen.</summary>
internal sealed class LineComplaints(TextWriter errors)
{
    /// <summary>How many are said.</summary>
    public const int Most = 10;

    private long _count;

    /// <summary>Says one, or only counts it.</summary>
    public void Add(string sentence)
    {
        if (++_count <= Most)
        {
            errors.WriteLine(sentence);
        }
    }

    /// <summary>The input has ended.</summary>
    public void Complete()
    {
        if (_count > Most)
        {
            errors.WriteLine(Say($"... and {_count - Most:N0} more lines with errors", $"……另有 {_count - Most:N0} 行有错误"));
        }
    }
}
