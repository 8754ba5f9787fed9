namespace Pipeline.Inference.Tokenization.Vocabularies;

/// <summary>All tokens of a model, added ones included. Ids run from 0 without holes.</summary>
/// <param name="tokens">Tokens by id.</param>
/// <param name="ids">Ids by token.</param>
/// <param name="reserved">For each id, whether it is an added token that plain text can't produce.</param>
internal sealed class Vocabulary(string[] tokens, Dictionary<string, int> ids, bool[] reserved)
{
    public int Count => tokens.Length;

    public string this[int id] => tokens[id];

    public int? Find(string token) => ids.TryGetValue(token, out var id) ? id : null;

    public bool IsReserved(int id) => reserved[id];
}
