using System.Runtime.InteropServices;
using Pipeline.Inference.Tokenization.AddedTokens;
using Pipeline.Inference.Tokenization.Vocabularies;

namespace Pipeline.Inference.Tokenization.Loading;

/// <summary>Gathers tokens and sees to it that tokens and ids belong to each other one to one, without holes.</summary>
/// <param name="file">The file they come from, for messages.</param>
internal sealed class VocabularyBuilder(string file)
{
    private const string Remedy = "Ids must run from 0 without holes, each for one token; the file is damaged or was edited: download it again.";

    private readonly Dictionary<string, int> _ids = [];

    /// <summary>Adds a token of the model. No token may come twice.</summary>
    public void Add(string token, int id, string place)
    {
        if (!_ids.TryAdd(token, id))
        {
            throw Error($"{place}: the token \"{token}\" has the ids {_ids[token]} and {id}");
        }
    }

    /// <summary>Adds a token that may be one of the model's, with the same id then.</summary>
    public void Add(AddedToken token, string place)
    {
        ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(_ids, token.Content, out var exists);
        if (exists && id != token.Id)
        {
            throw Error($"{place}: the added token \"{token.Content}\" has the id {token.Id}, but {id} elsewhere in the file");
        }

        id = token.Id;
    }

    public Vocabulary Build(IEnumerable<AddedToken> addedTokens)
    {
        var tokens = new string?[_ids.Count];
        var outside = -1;
        foreach (var (token, id) in _ids)
        {
            if ((uint)id >= (uint)tokens.Length)
            {
                outside = id;
            }
            else if (tokens[id] is { } other)
            {
                throw Error($"the tokens \"{other}\" and \"{token}\" share the id {id}");
            }
            else
            {
                tokens[id] = token;
            }
        }

        if (outside >= 0)
        {
            throw Error($"there is an id {outside}, but no token has the id {Array.IndexOf(tokens, null)}");
        }

        // A single character has no other spelling, so only special tokens take it away from plain text.
        var reserved = new bool[tokens.Length];
        foreach (var token in addedTokens)
        {
            reserved[token.Id] = token.IsSpecial || token.Content.EnumerateRunes().Count() > 1;
        }

        return new Vocabulary([.. tokens.Select(token => token ?? "")], _ids, reserved);
    }

    private TokenizerException Error(string problem) => new($"{file}: {problem}. {Remedy}");
}
