using Pipeline.Inference.Encoders;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Models;

/// <summary>A model whose files were checked. It holds nothing open; what it creates belongs to the caller.</summary>
public sealed class OpenedModel
{
    private readonly string _folder;

    internal OpenedModel(string folder, ModelManifest manifest)
    {
        _folder = folder;
        Manifest = manifest;
    }

    /// <summary>What the model is.</summary>
    public ModelManifest Manifest { get; }

    private string GraphFile => Path.Combine(_folder, GraphBuilder.ModelFile);

    /// <summary>The model's tokenizer.</summary>
    /// <exception cref="TokenizerException">Its files are of a kind that this build can't read.</exception>
    public ISubwordTokenizer LoadTokenizer() => SubwordTokenizer.Load(_folder);

    /// <summary>The model as an encoder.</summary>
    /// <param name="threads">Threads of one run; 0 takes one for each core.</param>
    /// <exception cref="ModelException">It is a generator, or ONNX Runtime refuses its graph.</exception>
    public EncoderModel CreateEncoder(int threads = 0) => Manifest.Encoder is { } profile
        ? new EncoderModel(GraphFile, Manifest, profile, threads)
        : throw new ModelException($"The model '{Manifest.Name}' ({Manifest.Architecture}) generates text; an embedding model is needed here.");
}
