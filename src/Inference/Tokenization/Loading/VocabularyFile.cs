using Pipeline.Inference.Tokenization.AddedTokens;
using Pipeline.Inference.Tokenization.Decoding;
using Pipeline.Inference.Tokenization.Normalizing;
using Pipeline.Inference.Tokenization.Splitting;
using Pipeline.Inference.Tokenization.Vocabularies;

namespace Pipeline.Inference.Tokenization.Loading;

/// <summary>
/// Reads <c>vocab.txt</c>, one token a line, as BERT's tokenizer: small letters unless <c>tokenizer_config.json</c> says otherwise, which
/// is the reference's default.
/// </summary>
internal static class VocabularyFile
{
    public const string FileName = "vocab.txt";

    private const string Prefix = "##";
    private const string Unknown = "[UNK]";
    private const string Start = "[CLS]";
    private const string End = "[SEP]";
    private const int LongestWord = 100;

    public static TextTokenizer Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var tokens = ReadLines(path);
        var builder = new VocabularyBuilder(path);
        for (var id = 0; id < tokens.Count; id++)
        {
            builder.Add(tokens[id], id, $"line {id + 1}");
        }

        AddedToken[] special = [.. ((string[])["[PAD]", Unknown, Start, End, "[MASK]"]).Select(token => (token, id: tokens.IndexOf(token)))
            .Where(entry => entry.id >= 0).Select(entry => new AddedToken(entry.id, entry.token, true, false, false, false, false))];
        var vocabulary = builder.Build(special);
        var settings = TokenizerSettings.Read(folder);
        var lowercase = settings.Lowercase ?? true;
        return new TextTokenizer(new TokenizerParts(
            vocabulary,
            special,
            [new BertNormalizer(cleanText: true, settings.SpaceIdeographs ?? true, settings.StripAccents ?? lowercase, lowercase)],
            [new BertPreTokenizer()],
            new WordPieceModel(vocabulary, Enumerable.Range(0, tokens.Count), Prefix, Id(Unknown), LongestWord),
            new SpecialTokenFrame([Id(Start)], [Id(End)]),
            new WordPieceDecoder(Prefix, cleanup: true)));

        int Id(string token) => vocabulary.Find(token)
            ?? throw new TokenizerException(
                $"{path}: the token {token} is missing. The file is no vocabulary of BERT; add the model's tokenizer.json.");
    }

    private static List<string> ReadLines(string path)
    {
        try
        {
            List<string> lines = [.. File.ReadLines(path)];
            while (lines is [.., ""])
            {
                lines.RemoveAt(lines.Count - 1);
            }

            return lines;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerException($"{path}: can't be read ({exception.Message}). Make it readable for this user.", exception);
        }
    }
}
