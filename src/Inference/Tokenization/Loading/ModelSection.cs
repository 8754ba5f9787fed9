using System.Text.Json;
using Pipeline.Inference.Tokenization.Vocabularies;

namespace Pipeline.Inference.Tokenization.Loading;

/// <summary>Reads <c>model</c>: first its tokens into the vocabulary, then, with that complete, the model.</summary>
internal sealed class ModelSection
{
    private readonly JsonPlace _place;
    private readonly string _type;
    private readonly List<int> _ids = [];
    private readonly List<double> _scores = [];

    public ModelSection(JsonPlace place, VocabularyBuilder vocabulary)
    {
        _place = place;
        _type = place.Optional("type") is null ? TypeByContent(place) : place.Type("BPE", "Unigram", "WordPiece");
        if (_type == "Unigram")
        {
            ReadScored(place["vocab"], vocabulary);
        }
        else
        {
            ReadNamed(place["vocab"], vocabulary);
        }
    }

    public ISubwordModel Build(Vocabulary vocabulary, bool isByteLevel) => _type switch
    {
        "WordPiece" => WordPiece(vocabulary),
        "Unigram" => Unigram(vocabulary),
        _ => new ByteLevelBpeReader(_place, vocabulary, isByteLevel).Read(),
    };

    /// <summary>Older files leave the type out.</summary>
    private static string TypeByContent(JsonPlace place)
    {
        if (place.Optional("merges") is not null)
        {
            return "BPE";
        }

        if (place.Optional("unk_id") is not null)
        {
            return "Unigram";
        }

        return place.Optional("continuing_subword_prefix") is not null
            ? "WordPiece"
            : throw place.Error("neither a \"type\", nor the keys of a model of type BPE, Unigram or WordPiece", JsonPlace.Damaged);
    }

    /// <summary>A list of tokens with scores; the place in the list is the id.</summary>
    private void ReadScored(JsonPlace place, VocabularyBuilder vocabulary)
    {
        foreach (var item in place.Items())
        {
            if (item.Items() is not [var token, var score])
            {
                throw item.Error("expected a token and its score", JsonPlace.Damaged);
            }

            vocabulary.Add(token.Text(), _scores.Count, item.Path);
            _scores.Add(score.Real());
        }
    }

    /// <summary>An object of tokens and ids.</summary>
    private void ReadNamed(JsonPlace place, VocabularyBuilder vocabulary)
    {
        if (place.Value.ValueKind != JsonValueKind.Object)
        {
            throw place.Error("expected an object of tokens and ids", JsonPlace.Damaged);
        }

        foreach (var property in place.Value.EnumerateObject())
        {
            var id = new JsonPlace(property.Value, place.File, place.Path).Integer();
            vocabulary.Add(Name(property, place), id, place.Path);
            _ids.Add(id);
        }
    }

    private static string Name(JsonProperty property, JsonPlace place)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException exception)
        {
            throw place.Error("a key is not valid Unicode", JsonPlace.Damaged, exception);
        }
    }

    private WordPieceModel WordPiece(Vocabulary vocabulary)
    {
        var unknown = _place["unk_token"];
        var id = vocabulary.Find(unknown.Text()) ?? throw unknown.Error("the vocabulary lacks this token", JsonPlace.Damaged);
        var longest = _place.Optional("max_input_chars_per_word")?.Integer(minimum: 1) ?? 100;
        return new WordPieceModel(vocabulary, _ids, _place["continuing_subword_prefix"].Text(), id, longest);
    }

    private UnigramModel Unigram(Vocabulary vocabulary)
    {
        _place.Refuse(_place.Flag("byte_fallback"), "byte_fallback", "false");
        var unknown = _place["unk_id"];
        return unknown.Integer() is var id && id < _scores.Count
            ? new UnigramModel(vocabulary, [.. _scores], id)
            : throw unknown.Error($"no token has the id {id}; the list has {_scores.Count}", JsonPlace.Damaged);
    }
}
