namespace Pipeline.TextMetrics.Tokenization;

/// <summary>
/// jieba's hidden Markov model for words that the dictionary does not have: each character begins, continues, ends or is a word
/// (B, M, E, S), and the likeliest row of states decides (Viterbi).
/// </summary>
internal static class JiebaModel
{
    private const double Impossible = -3.14e100;
    private const string States = "BMES";

    private static readonly double[] _start = [-0.26268660809250016, Impossible, Impossible, -1.4652633398537678];

    // From row to column, in the order of the states.
    private static readonly double[,] _steps =
    {
        { Impossible, -0.916290731874155, -0.51082562376599, Impossible },
        { Impossible, -1.2603623820268226, -0.33344856811948514, Impossible },
        { -0.5897149736854513, Impossible, Impossible, -0.8085250474669937 },
        { -0.7211965654669841, Impossible, Impossible, -0.6658631448798212 },
    };

    // States that may stand before each, the one that wins a tie first, as Python's max of (value, letter) does.
    private static readonly int[][] _before = [[3, 2], [1, 0], [1, 0], [3, 2]];

    /// <summary>Adds the lengths of the words of a run of ideographs.</summary>
    public static void Split(ReadOnlySpan<char> run, JiebaDictionary dictionary, List<int> lengths)
    {
        var states = Decode(run, dictionary);
        var begin = 0;
        for (var at = 0; at < run.Length; at++)
        {
            if (states[at] is 2 or 3)
            {
                lengths.Add(at + 1 - begin);
                begin = at + 1;
            }
        }

        if (begin < run.Length)
        {
            lengths.Add(run.Length - begin);
        }
    }

    private static int[] Decode(ReadOnlySpan<char> run, JiebaDictionary dictionary)
    {
        var (values, cameFrom) = (new double[run.Length, 4], new int[run.Length, 4]);
        for (var state = 0; state < 4; state++)
        {
            values[0, state] = _start[state] + (dictionary.Emission(States[state], run[0]) ?? Impossible);
        }

        for (var at = 1; at < run.Length; at++)
        {
            for (var state = 0; state < 4; state++)
            {
                var emission = dictionary.Emission(States[state], run[at]) ?? Impossible;
                var (first, second) = (_before[state][0], _before[state][1]);
                var (a, b) = (values[at - 1, first] + _steps[first, state] + emission, values[at - 1, second] + _steps[second, state] + emission);
                (values[at, state], cameFrom[at, state]) = a >= b ? (a, first) : (b, second);
            }
        }

        var states = new int[run.Length];
        var last = run.Length - 1;
        states[last] = values[last, 3] >= values[last, 2] ? 3 : 2;
        for (var at = last; at > 0; at--)
        {
            states[at - 1] = cameFrom[at, states[at]];
        }

        return states;
    }
}
