using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Classification;
using Pipeline.Inference.Encoders;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Models;

/// <summary>A model whose files were checked. It holds nothing open; what it creates belongs to the caller.</summary>
public sealed class OpenedModel
{
    internal OpenedModel(string folder, ModelManifest manifest)
    {
        Folder = folder;
        Manifest = manifest;
    }

    /// <summary>How a model that was imported for a GPU runs.</summary>
    internal CudaOptions Cuda { get; init; } = new();

    /// <summary>What the model is.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Where its files are.</summary>
    internal string Folder { get; }

    private DecoderProfile Decoder => Manifest.Decoder
        ?? throw WrongTask("a generating model");

    private ModelException WrongTask(string needed) =>
        new($"The model '{Manifest.Name}' ({Manifest.Architecture}) {Manifest.Does()}; {needed} is needed here.");

    private string GraphFile => Path.Combine(Folder, GraphBuilder.ModelFile);

    /// <summary>The model's tokenizer.</summary>
    /// <exception cref="TokenizerException">Its files are of a kind that this build can't read.</exception>
    public ISubwordTokenizer LoadTokenizer() => SubwordTokenizer.Load(Folder);

    /// <summary>The model as an encoder.</summary>
    /// <param name="threads">Runs of one thread side by side on a CPU; 0 takes one for each core.</param>
    /// <exception cref="ModelException">It does something else, or ONNX Runtime refuses its graph.</exception>
    public EncoderModel CreateEncoder(int threads = 0) => Manifest.Encoder is { } profile
        ? new EncoderModel(GraphFile, Manifest, profile, threads, Cuda.AllowCpu)
        : throw WrongTask("an embedding model");

    /// <summary>The model as a classifier.</summary>
    /// <param name="threads">Runs of one thread side by side on a CPU; 0 takes one for each core.</param>
    /// <exception cref="ModelException">It does something else, or ONNX Runtime refuses its graph.</exception>
    public ClassifierModel CreateClassifier(int threads = 0) => Manifest.Classifier is { } profile
        ? new ClassifierModel(GraphFile, Manifest, profile, threads, Cuda.AllowCpu)
        : throw WrongTask("a classifying model");

    /// <summary>The model as a decoder.</summary>
    /// <param name="threads">Threads of one run; 0 takes one for each core.</param>
    /// <exception cref="ModelException">It does something else, or ONNX Runtime refuses its graph.</exception>
    public IDecoder CreateDecoder(int threads = 0) => Manifest.Architecture == ModelManifest.Exported
        ? new ExportedDecoder(GraphFile, Manifest, Decoder, threads)
        : new DecoderModel(GraphFile, Manifest, Decoder, threads, Cuda);

    /// <summary>The model and its tokenizer as a generator of texts.</summary>
    /// <param name="limits">How many prompts run together.</param>
    /// <param name="threads">Threads of one run; 0 takes one for each core.</param>
    /// <exception cref="ModelException">It does something else, or ONNX Runtime refuses its graph.</exception>
    /// <exception cref="TokenizerException">The tokenizer's files are of a kind that this build can't read.</exception>
    public TextGenerator CreateGenerator(TextGeneratorOptions limits, int threads = 0)
    {
        // The decoder last: what holds memory is made when nothing else can fail.
        limits.Validate();
        var (profile, tokenizer) = (Decoder, LoadTokenizer());
        return new(Manifest.Name, CreateDecoder(threads), tokenizer, profile.EosIds, limits);
    }

    /// <summary>Runs the model once.</summary>
    /// <exception cref="ModelException">ONNX Runtime refuses it, or it gives something else than it should.</exception>
    internal void Try()
    {
        try
        {
            switch (Manifest.Task)
            {
                case ModelTask.Embed:
                    using (var encoder = CreateEncoder(threads: 1))
                    {
                        encoder.Run([[0, 0], [0, 0]]);
                    }

                    break;
                case ModelTask.Classify:
                    using (var classifier = CreateClassifier(threads: 1))
                    {
                        _ = classifier.Classify([[0, 0], [0, 0]], CancellationToken.None).ToList();
                    }

                    break;
                default:
                    using (var decoder = CreateDecoder(threads: 1))
                    {
                        using var batch = decoder.Start([[0, 0], [0]], newTokens: 1);
                    }

                    break;
            }
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelException($"ONNX Runtime does not run the graph of '{Manifest.Source.Folder}': {exception.Message}", exception);
        }
    }
}
