using Pipeline.Inference.Encoders;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Recipes;

/// <summary>A model in memory: an encoder or a generator, with its tokenizer.</summary>
internal sealed class LoadedModel : IDisposable
{
    /// <exception cref="ModelException">ONNX Runtime refuses its graph.</exception>
    /// <exception cref="TokenizerException">Its tokenizer can't be read.</exception>
    public LoadedModel(OpenedModel model, CudaOptions cuda)
    {
        Manifest = model.Manifest;
        Tokenizer = model.LoadTokenizer();
        if (Manifest.Decoder is { } profile)
        {
            var decoder = model.CreateDecoder();
            Generator = new(Manifest.Name, decoder, Tokenizer, profile.EosIds, TextGeneratorOptions.For(decoder, cuda));
        }
        else
        {
            Encoder = model.CreateEncoder();
        }
    }

    public ModelManifest Manifest { get; }

    public ISubwordTokenizer Tokenizer { get; }

    /// <summary>Set when the model embeds.</summary>
    public EncoderModel? Encoder { get; }

    /// <summary>Set when the model generates.</summary>
    public TextGenerator? Generator { get; }

    public void Dispose()
    {
        Encoder?.Dispose();
        Generator?.Dispose();
    }
}
