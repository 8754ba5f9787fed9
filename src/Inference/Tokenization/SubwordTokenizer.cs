using Pipeline.Inference.Tokenization.Loading;

namespace Pipeline.Inference.Tokenization;

/// <summary>Opens the tokenizer of a model folder.</summary>
public static class SubwordTokenizer
{
    /// <summary>
    /// The files that <see cref="Load"/> reads, where they exist: <c>tokenizer.json</c>, or else <c>vocab.txt</c> for BERT's; and
    /// <c>tokenizer_config.json</c>, whose casing wins over the file's for the BERT family.
    /// </summary>
    public static IReadOnlyList<string> FileNames { get; } = [TokenizerFile.FileName, VocabularyFile.FileName, TokenizerSettings.FileName];

    /// <summary>Reads the tokenizer of a model folder, as Hugging Face lays it out.</summary>
    /// <exception cref="TokenizerException">A file is missing, damaged or of a kind that this build can't read.</exception>
    public static ISubwordTokenizer Load(string folder)
    {
        if (File.Exists(Path.Combine(folder, TokenizerFile.FileName)))
        {
            return TokenizerFile.Read(folder);
        }

        return File.Exists(Path.Combine(folder, VocabularyFile.FileName))
            ? VocabularyFile.Read(folder)
            : throw new TokenizerException(
                $"{folder}: there is no tokenizer here. Add the model's {TokenizerFile.FileName}, or {VocabularyFile.FileName} for one of the BERT family.");
    }
}
