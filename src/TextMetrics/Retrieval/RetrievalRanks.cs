namespace Pipeline.TextMetrics.Retrieval;

/// <summary>At which places a search by similarity finds the texts that it should find.</summary>
/// <param name="Ranks">Place of each relevant text, from 1, ascending; at least one.</param>
public sealed record RetrievalRanks(IReadOnlyList<int> Ranks)
{
    /// <summary>1 / place of the first relevant text, in 0..1; its mean over queries is the MRR (Voorhees 1999).</summary>
    public double ReciprocalRank => 1.0 / Ranks[0];

    /// <summary>Ranks the relevant texts. A text that is as similar as a relevant one and is not relevant itself comes before it.</summary>
    /// <param name="similarities">Of the query with each text, finite.</param>
    /// <param name="relevant">Indexes of the relevant texts, at least one, each once.</param>
    public static RetrievalRanks Of(ReadOnlySpan<float> similarities, IReadOnlyList<int> relevant)
    {
        ArgumentNullException.ThrowIfNull(relevant);
        var isRelevant = new bool[similarities.Length];
        var wanted = new float[relevant.Count];
        for (var i = 0; i < wanted.Length; i++)
        {
            isRelevant[relevant[i]] = true;
            wanted[i] = similarities[relevant[i]];
        }

        Array.Sort(wanted, (a, b) => b.CompareTo(a));
        var ranks = new int[wanted.Length];
        for (var i = 0; i < ranks.Length; i++)
        {
            ranks[i] = i + 1;
            for (var other = 0; other < similarities.Length; other++)
            {
                ranks[i] += !isRelevant[other] && similarities[other] >= wanted[i] ? 1 : 0;
            }
        }

        return new RetrievalRanks(ranks);
    }

    /// <summary>Share of the relevant texts among the first <paramref name="k"/>, in 0..1.</summary>
    public double Recall(int k) => (double)Ranks.Count(rank => rank <= k) / Ranks.Count;
}
