namespace Pipeline.Inference.Tokenization.Vocabularies;

/// <summary>Tokens by their characters, to find all that a text begins with.</summary>
internal sealed class TokenTrie
{
    public const int Root = 0;

    private readonly PairTable _children = new();
    private readonly List<int> _ids = [-1];

    public void Add(string token, int id)
    {
        var node = Root;
        foreach (var unit in token)
        {
            var child = _ids.Count;
            if (_children.TryAdd(node, unit, ref child))
            {
                _ids.Add(-1);
            }

            node = child;
        }

        _ids[node] = id;
    }

    /// <summary>The node behind a node and a UTF-16 unit, or -1.</summary>
    public int Next(int node, char unit) => _children.Find(node, unit);

    /// <summary>Id of the token that ends at a node, or -1.</summary>
    public int IdAt(int node) => _ids[node];
}
