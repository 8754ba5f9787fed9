using Pipeline.Inference.Tokenization.AddedTokens;
using Pipeline.Inference.Tokenization.Decoding;
using Pipeline.Inference.Tokenization.Normalizing;
using Pipeline.Inference.Tokenization.Splitting;
using Pipeline.Inference.Tokenization.Vocabularies;

namespace Pipeline.Inference.Tokenization;

/// <summary>What a tokenizer is made of, in the order of its work.</summary>
internal sealed record TokenizerParts(
    Vocabulary Vocabulary,
    IReadOnlyList<AddedToken> AddedTokens,
    IReadOnlyList<INormalizer> Normalizers,
    IReadOnlyList<IPreTokenizer> PreTokenizers,
    ISubwordModel Model,
    SpecialTokenFrame Frame,
    ITokenDecoder Decoder);
