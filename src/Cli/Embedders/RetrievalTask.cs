using Pipeline.Ingest.Sources;
using Pipeline.Storage.Embedders;

namespace Pipeline.Cli.Embedders;

/// <summary>Queries, texts, and which texts each query should find.</summary>
/// <param name="Name">As in tables and JSON.</param>
/// <param name="Texts">What is searched, each text once.</param>
/// <param name="Queries">Each different query with the indexes of its relevant texts.</param>
internal sealed record RetrievalTask(string Name, IReadOnlyList<ComparedText> Texts, IReadOnlyList<(string Query, IReadOnlyList<int> Relevant)> Queries)
{
    /// <summary>Finds texts of a batch by their references.</summary>
    public const string References = "references";

    /// <summary>Finds the texts of a file by their labelled queries.</summary>
    public const string Pairs = "pairs";

    /// <summary>References of a batch as queries for its texts.</summary>
    public static RetrievalTask OfReferences(IReadOnlyList<SampledText> sample) => Of(
        References, sample.SelectMany(text => text.References.Select(reference => (reference, new ComparedText(text.Text, text.Id)))),
        sample.Select(text => new ComparedText(text.Text, text.Id)));

    /// <summary>The columns query and text of a CSV file; a query may stand in several rows.</summary>
    public static async Task<RetrievalTask> OfFileAsync(string file, CancellationToken cancellationToken)
    {
        var table = await CsvTable.ReadAsync(file, ["query", "text"], cancellationToken);
        foreach (var row in table.Rows)
        {
            if (row.Values.Any(string.IsNullOrWhiteSpace))
            {
                throw new SourceException(Say(
                    $"{table.Name}, line {row.Line}: query and text must both have a value.", $"{table.Name} 第 {row.Line} 行：query 和 text 都须有内容。"));
            }
        }

        var pairs = table.Rows.Select(row => (row.Values[0].Trim(), new ComparedText(row.Values[1].Trim()))).ToList();
        return pairs.Count > 0
            ? Of(Pairs, pairs, pairs.Select(pair => pair.Item2))
            : throw new SourceException(Say($"{table.Name} has no pairs below its header.", $"{table.Name} 的表头之下没有数据。"));
    }

    /// <summary>The same task without texts that have no vector under one of the embedders, and without queries that lose by it.</summary>
    public RetrievalTask Without(Func<string, bool> isMissing)
    {
        if (!Texts.Any(text => isMissing(text.Text)) && !Queries.Any(query => isMissing(query.Query)))
        {
            return this;
        }

        return Of(
            Name,
            from query in Queries
            where !isMissing(query.Query) && !query.Relevant.Any(index => isMissing(Texts[index].Text))
            from index in query.Relevant
            select (query.Query, Texts[index]),
            Texts.Where(text => !isMissing(text.Text)));
    }

    private static RetrievalTask Of(string name, IEnumerable<(string Query, ComparedText Text)> pairs, IEnumerable<ComparedText> texts)
    {
        ComparedText[] corpus = [.. texts.DistinctBy(text => text.Text, StringComparer.Ordinal)];
        var places = corpus.Select((text, index) => (text.Text, index)).ToDictionary(place => place.Text, place => place.index, StringComparer.Ordinal);
        return new RetrievalTask(name, corpus, [.. pairs.GroupBy(pair => pair.Query, StringComparer.Ordinal).Select(group => (
            group.Key, (IReadOnlyList<int>)[.. group.Select(pair => places[pair.Text.Text]).Distinct()]))]);
    }
}
