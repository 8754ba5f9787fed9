namespace Pipeline.Architecture.Tests.Deployment;

/// <summary>A Dockerfile as a list of instructions.</summary>
internal sealed class Dockerfile
{
    private Dockerfile(IReadOnlyList<(string Keyword, string Arguments)> instructions) => Instructions = instructions;

    /// <summary>Keyword in capitals, and the rest of the line.</summary>
    public IReadOnlyList<(string Keyword, string Arguments)> Instructions { get; }

    /// <summary>Reads a file: comments go, continued lines are joined.</summary>
    public static Dockerfile Load(string path)
    {
        var lines = File.ReadLines(path).Where(line => !line.TrimStart().StartsWith('#') && line.Trim().Length > 0);
        var joined = string.Join('\n', lines).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n');
        return new Dockerfile([.. joined.Select(line => line.Split(' ', 2)).Select(parts => (parts[0].ToUpperInvariant(), parts[1].Trim()))]);
    }

    /// <summary>Arguments of every instruction with this keyword.</summary>
    public IReadOnlyList<string> All(string keyword) => [.. Instructions.Where(line => line.Keyword == keyword).Select(line => line.Arguments)];

    /// <summary>Names and values of <c>ENV</c>.</summary>
    public IReadOnlyDictionary<string, string> Environment => All("ENV").SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>What is copied from the build context.</summary>
    public IReadOnlyList<string> ContextSources => [.. All("COPY").Where(line => !line.StartsWith("--from=", StringComparison.Ordinal))
        .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..^1])];
}
