using Pipeline.Inference.Encoders;
using Pipeline.Inference.Models;
using Pipeline.Inference.Processing;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Recipes;

/// <summary>Recipes that run on imported models. A recipe is bound to its model by the SHA-256 of the model's manifest.</summary>
internal sealed class OnnxEngine(ModelPool pool) : IRecipeEngine
{
    private const string SeqGptToken = "[GEN]";
    private const string WhichModel = "the name of an imported model; './pipeline models list' shows them";

    public string Name => "onnx";

    public string Version => "1";

    public IReadOnlyList<RecipeStage> Stages => [RecipeStage.Summarize, RecipeStage.Embed];

    public RecipeDefinition Define(RecipeDraft draft)
    {
        var parameters = new RecipeParameters(draft.Name, draft.Parameters);
        var listing = Find(draft.Name, parameters.Required("model", WhichModel));
        var model = listing.Manifest ?? throw new RecipeException($"Recipe '{draft.Name}' can't use the model '{listing.Name}': {listing.Problem}");
        if (model.Task == ModelTask.Classify)
        {
            throw new RecipeException(
                $"Recipe '{draft.Name}' names the model '{model.Name}', which classifies texts. Pipeline:Search:Classifier and './pipeline models classify' use it.");
        }

        Bind(parameters, "model_sha256", model.Sha256);
        Bind(parameters, "tokenizer_sha256", TokenizerHash(model));
        Bind(parameters, "precision", PrecisionOf(model));
        var recipe = new RecipeDefinition
        {
            Name = draft.Name,
            Stage = model.Encoder is null ? RecipeStage.Summarize : RecipeStage.Embed,
            Engine = Name,
            EngineVersion = Version,
        };
        if (model.Encoder is { } encoder)
        {
            MaxParts(parameters);
            parameters.Complete();
            return recipe with
            {
                Parameters = parameters.All,
                Dimensions = encoder.Dimensions,
                SecondsPerText = draft.SecondsPerText ?? WorkEstimate.Embedding(model, listing.Bytes),
            };
        }

        var (settings, generation, _) = Read(parameters, Tokenizer(draft.Name, listing.Name), model);
        parameters.Complete();
        return recipe with
        {
            Parameters = parameters.All,
            SecondsPerText = draft.SecondsPerText
                ?? WorkEstimate.Generation(model, listing.Bytes, settings.MaxPromptTokens, generation.MaxNewTokens, generation.Beams),
        };
    }

    public ISummarizer CreateSummarizer(RecipeDefinition recipe, RequestPriority priority = RequestPriority.Bulk)
    {
        var model = pool.Load(recipe);
        var generator = model.Generator ?? throw WrongTask(recipe, model.Manifest);
        var (settings, generation, prompts) = Read(new(recipe.Name, recipe.Parameters), model.Tokenizer, model.Manifest);
        return new PromptedSummarizer(new OnnxCompleter(generator, prompts, generation, priority), settings);
    }

    public IEmbedder CreateEmbedder(RecipeDefinition recipe, RequestPriority priority = RequestPriority.Bulk)
    {
        var model = pool.Load(recipe);
        var encoder = model.Encoder ?? throw WrongTask(recipe, model.Manifest);
        var embedder = new OnnxEmbedder(encoder, model.Tokenizer, priority);
        if (recipe.Dimensions != embedder.Dimensions)
        {
            throw new RecipeException($"Recipe '{recipe.Name}' says {recipe.Dimensions} dimensions; its model has {embedder.Dimensions}.");
        }

        var special = model.Tokenizer.Encode("", SpecialTokens.Plain, addSpecialTokens: true).Ids.Length;
        return MaxParts(new(recipe.Name, recipe.Parameters)) is var parts and > 1
            ? new AveragingEmbedder(embedder, model.Tokenizer, encoder.MaxTokens - special, parts)
            : embedder;
    }

    private static (SummarySettings Settings, Generation.GenerationOptions Generation, OnnxPrompts Prompts) Read(
        RecipeParameters parameters, ISubwordTokenizer tokenizer, ModelManifest model)
    {
        var knowsChat = tokenizer.FindToken(OnnxPrompts.ChatMlStart) is not null;
        var generation = GenerationParameters.Read(parameters);
        var format = parameters.Choice("chat_format", knowsChat ? "chatml" : "none", "none", "chatml") == "chatml" ? ChatFormat.ChatMl : ChatFormat.None;
        var prompts = new OnnxPrompts(tokenizer, format);
        var settings = ProcessingParameters.Read(
            parameters, tokenizer.FindToken(SeqGptToken) is not null ? "seqgpt" : knowsChat ? "chat" : "anchor", prompts,
            model.MaxTokens - generation.MaxNewTokens);
        return (settings, format == ChatFormat.ChatMl ? generation with { StopStrings = generation.StopStrings.Add(OnnxPrompts.ChatMlEnd) } : generation, prompts);
    }

    private static int MaxParts(RecipeParameters parameters) =>
        parameters.Choice("long_text", "cut", "cut", "average") == "average" ? parameters.Whole("max_parts", 16, 2, 1000) : 1;

    /// <summary>A recipe file may name a hash, to be sure which model it gets; otherwise it gets that of the model that is here.</summary>
    private static void Bind(RecipeParameters parameters, string name, string value)
    {
        if (parameters.Text(name) is { } wanted && wanted != value)
        {
            throw parameters.Unusable(name, $"the model that is here has {value}");
        }

        parameters.Resolve(name, value);
    }

    private static string TokenizerHash(ModelManifest model) =>
        model.Files.GetValueOrDefault("tokenizer.json") ?? model.Files.GetValueOrDefault("vocab.txt") ?? "";

    private static string PrecisionOf(ModelManifest model) => model.Precision switch
    {
        ModelPrecision.Fp32 => "fp32",
        ModelPrecision.Fp16 => "fp16",
        ModelPrecision.Int8 => "int8",
        _ => "int4",
    };

    private static RecipeException WrongTask(RecipeDefinition recipe, ModelManifest model) =>
        new($"Recipe '{recipe.Name}' is for {recipe.Stage}, which its model '{model.Name}' can't do.");

    private ModelListing Find(string recipe, string name)
    {
        var models = pool.Store.List();
        return models.FirstOrDefault(model => model.Name == name)
            ?? throw new RecipeException(
                $"Recipe '{recipe}' names the model '{name}', which is not in {pool.Store.Root}. "
                + (models.Count == 0 ? "It holds none. " : $"It holds {string.Join(", ", models.Select(model => model.Name))}. ")
                + "Import it with './pipeline models import DIR'.");
    }

    private ISubwordTokenizer Tokenizer(string recipe, string model)
    {
        try
        {
            return SubwordTokenizer.Load(Path.Combine(pool.Store.Root, model));
        }
        catch (TokenizerException exception)
        {
            throw new RecipeException($"Recipe '{recipe}' can't use the model '{model}': {exception.Message}", exception);
        }
    }
}
