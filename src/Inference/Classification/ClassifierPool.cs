using System.Collections.Concurrent;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Classification;

/// <summary>The classifiers in use: each is opened once, when it is first asked for, and stays open.</summary>
public sealed class ClassifierPool(ModelStore store) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<TextClassifier>> _classifiers = [];

    /// <summary>The classifier of that name.</summary>
    /// <exception cref="ModelException">There is no such model, it was changed, it does something else, or ONNX Runtime refuses its graph.</exception>
    /// <exception cref="TokenizerException">Its tokenizer can't be read.</exception>
    public TextClassifier Load(string name)
    {
        var classifier = _classifiers.GetOrAdd(name, _ => new(() => Open(name)));
        try
        {
            return classifier.Value;
        }
        catch
        {
            // A failure is not kept: the next request may find what was missing, and another may have found it already.
            _classifiers.TryRemove(KeyValuePair.Create(name, classifier));
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var classifier in _classifiers.Values.Where(classifier => classifier.IsValueCreated))
        {
            classifier.Value.Dispose();
        }
    }

    private TextClassifier Open(string name)
    {
        var model = store.Open(name, CancellationToken.None);
        var tokenizer = model.LoadTokenizer();
        return new(model.CreateClassifier(), tokenizer);
    }
}
