using System.Numerics.Tensors;
using Pipeline.Cli.Output;
using Pipeline.Inference.Recipes;
using Pipeline.Storage.Embedders;

namespace Pipeline.Cli.Embedders;

/// <summary>Unit vectors of texts under one embedder: those that are stored, and the others made here.</summary>
/// <param name="recipe">The embedder.</param>
/// <param name="factory">Makes its engine when something has to be embedded.</param>
/// <param name="stored">Where vectors may be stored; null without a database.</param>
/// <param name="display">Shows how far it is.</param>
internal sealed class VectorSource(RecipeDefinition recipe, EngineFactory factory, EmbedderSamples? stored, ProgressDisplay display)
{
    private const int Window = 256;
    private readonly Dictionary<string, float[]> _vectors = new(StringComparer.Ordinal);

    /// <summary>Name of the embedder.</summary>
    public string Name => recipe.Name;

    /// <summary>Vectors that were found in the database.</summary>
    public int Stored { get; private set; }

    /// <summary>Gets the vectors of these texts.</summary>
    public async Task LoadAsync(IEnumerable<ComparedText> texts, CancellationToken cancellationToken)
    {
        ComparedText[] wanted = [.. texts.DistinctBy(text => text.Text, StringComparer.Ordinal)];
        if (stored is not null)
        {
            var known = await stored.VectorsAsync(
                Convert.FromHexString(recipe.Sha256), wanted.Select(text => text.Id).OfType<long>(), cancellationToken);
            foreach (var text in wanted.Where(text => text.Id is { } id && known.ContainsKey(id)))
            {
                Add(text.Text, known[text.Id.GetValueOrDefault()]);
            }

            Stored = _vectors.Count;
        }

        string[] rest = [.. wanted.Select(text => text.Text).Where(text => !_vectors.ContainsKey(text))];
        if (rest.Length == 0)
        {
            return;
        }

        var embedder = factory.CreateEmbedder(recipe);
        for (var start = 0; start < rest.Length; start += Window)
        {
            var window = rest[start..Math.Min(rest.Length, start + Window)];
            await foreach (var outcome in embedder.EmbedAsync(window, cancellationToken))
            {
                if (outcome.Value is { } embedding)
                {
                    Add(window[outcome.Index], embedding.Values);
                }
            }

            display.Show(Say($"{Name}: {start + window.Length:N0} of {rest.Length:N0} texts embedded", $"{Name}：已向量化 {start + window.Length:N0}/{rest.Length:N0}"));
        }
    }

    /// <summary>True for a text that this embedder can't embed.</summary>
    public bool IsMissing(string text) => !_vectors.ContainsKey(text);

    /// <summary>The unit vector of a text that is not missing.</summary>
    public float[] this[string text] => _vectors[text];

    // A vector without length has no direction to compare.
    private void Add(string text, float[] vector)
    {
        var norm = TensorPrimitives.Norm<float>(vector);
        if (norm > 0 && float.IsFinite(norm))
        {
            TensorPrimitives.Divide(vector, norm, vector);
            _vectors[text] = vector;
        }
    }
}
