using Pipeline.Inference.Tokenization.Decoding;
using Pipeline.Inference.Tokenization.Splitting;

namespace Pipeline.Inference.Tokenization.Loading;

/// <summary>Reads <c>decoder</c>.</summary>
internal static class DecoderSection
{
    public static ITokenDecoder Read(JsonPlace? section) => section is not { } place
        ? new SpacedDecoder()
        : place.Type("ByteLevel", "Metaspace", "WordPiece") switch
        {
            "ByteLevel" => new ByteLevelDecoder(),
            "Metaspace" => new MetaspaceDecoder(PreTokenizerSection.Replacement(place), PreTokenizerSection.Prefix(place) != PrefixScheme.Never),
            _ => new WordPieceDecoder(place["prefix"].Text(), place.Flag("cleanup", absent: true)),
        };
}
