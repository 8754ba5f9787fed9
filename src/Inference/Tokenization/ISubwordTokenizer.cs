namespace Pipeline.Inference.Tokenization;

/// <summary>
/// Text to ids and back, exactly as the model's own tokenizer files say. Safe to share between threads. No text makes it throw: a lone
/// surrogate counts as U+FFFD.
/// </summary>
public interface ISubwordTokenizer
{
    /// <summary>The highest id + 1, added tokens included. The model's embedding may have more rows, never fewer.</summary>
    int VocabularySize { get; }

    /// <summary>Id of a token as the files write it ("[CLS]", "&lt;/s&gt;", "[GEN]"), or null.</summary>
    int? FindToken(string token);

    /// <summary>Ids of a text, and for each the source text it covers.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="mode">Whether strings like "&lt;/s&gt;" in the text are tokens.</param>
    /// <param name="addSpecialTokens">Whether the tokens of the post-processor ("[CLS]", "[SEP]") are added.</param>
    TokenizedText Encode(string text, SpecialTokens mode, bool addSpecialTokens);

    /// <summary>
    /// Ids of a prompt made of parts, as if it were one string, except that added tokens count only inside parts marked
    /// <see cref="SpecialTokens.Recognize"/>. Spans lie in the concatenated text.
    /// </summary>
    TokenizedText Encode(IReadOnlyList<TextPart> parts, bool addSpecialTokens);

    /// <summary>Text of ids. Ids that no token has are left out: a model may have more rows than tokens.</summary>
    string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens);
}
