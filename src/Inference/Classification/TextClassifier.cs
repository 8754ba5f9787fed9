using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Classification;

/// <summary>
/// A classifier with its tokenizer. Strings like <c>[SEP]</c> in a text are ordinary characters; a text that is too long loses its tail. Safe to share
/// between threads.
/// </summary>
public sealed class TextClassifier(ClassifierModel model, ISubwordTokenizer tokenizer) : IDisposable
{
    /// <summary>Identity of the model.</summary>
    public string ModelSha256 => model.Manifest.Sha256;

    /// <summary>The class of each text, in their order; null where the model gave no finite score.</summary>
    public IReadOnlyList<TextClass?> Classify(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var classes = new TextClass?[texts.Count];
        var inputs = texts.Select(text => model.Tokenize(text, SpecialTokens.Plain, tokenizer).Ids).ToList();
        foreach (var (index, probabilities) in model.Classify(inputs, cancellationToken))
        {
            if (probabilities is not null)
            {
                var best = Array.IndexOf(probabilities, probabilities.Max());
                classes[index] = new(model.Profile.Labels[best], probabilities[best]);
            }
        }

        return classes;
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();
}
