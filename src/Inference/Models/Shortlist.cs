using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Models;

/// <summary>
/// The tokens that a generator may choose. A head with fewer rows is read and multiplied faster; the text is the same as long as no token that is left
/// out would have won, which <c>models agree</c> measures.
/// </summary>
internal static class Shortlist
{
    // Where vocabularies keep special tokens, single bytes and what is most frequent.
    private const int FirstIds = 1024;

    /// <summary>The ids, ascending; null when none were asked for.</summary>
    /// <exception cref="ModelException">The file can't be read or has no text, or the import is one that has no shortlist.</exception>
    public static int[]? Read(ImportRequest request, ISubwordTokenizer tokenizer)
    {
        if (request.Shortlist is not { } path)
        {
            return null;
        }

        if (request.Onnx || request.Target != ModelTarget.Cpu || request.Precision is not (ModelPrecision.Int8 or ModelPrecision.Int4))
        {
            throw new ModelException("A shortlist is for weights that are imported for the CPU with --precision int8 or int4. Leave --shortlist out.");
        }

        var ids = new SortedSet<int>();
        try
        {
            foreach (var line in File.ReadLines(path))
            {
                ids.UnionWith(tokenizer.Encode(line, SpecialTokens.Plain, addSpecialTokens: true).Ids);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"The texts of --shortlist can't be read: {exception.Message}", exception);
        }

        if (ids.Count == 0)
        {
            throw new ModelException($"{path} has no text. Give texts like those that will be summarised, one a line.");
        }

        ids.UnionWith(Enumerable.Range(0, Math.Min(FirstIds, tokenizer.VocabularySize)));
        return [.. ids];
    }
}
