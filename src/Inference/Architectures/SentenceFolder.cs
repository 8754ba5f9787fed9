using System.Text.Json;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// What the files of Sentence Transformers in a model's folder say about embedding: <c>modules.json</c>, the pooling module's
/// <c>config.json</c>, <c>sentence_bert_config.json</c>. All of them may be absent.
/// </summary>
/// <param name="Pooling">As the folder says, or as the user does where it says nothing; the first token's vector where neither does.</param>
/// <param name="MaxTokens">Longest input, special tokens included; null when it is not stated.</param>
/// <param name="LowerCase">Whether texts are lower-cased before tokenizing.</param>
internal sealed record SentenceFolder(PoolingMode Pooling, int? MaxTokens, bool LowerCase)
{
    private const string ModulesFile = "modules.json";
    private const string PoolingPrefix = "pooling_mode_";

    /// <exception cref="ModelException">It asks for something that is not built here, or contradicts the user.</exception>
    public static SentenceFolder Read(string folder, PoolingMode? asked)
    {
        var settings = ModelConfig.Find(folder, "sentence_bert_config.json");
        var stated = ReadPooling(folder);
        if (stated is { } pooling && asked is { } other && pooling != other)
        {
            throw new ModelException($"'{folder}' states {pooling} pooling; it can't be imported with {other}. Leave --pooling out.");
        }

        return new(
            stated ?? asked ?? PoolingMode.Cls,
            settings?.OptionalInteger(1, "max_seq_length"),
            settings?.Flag("do_lower_case") ?? false);
    }

    /// <summary>As <see cref="Read"/>; null when neither folder nor user say anything of pooling: a decoder then generates.</summary>
    /// <exception cref="ModelException">As <see cref="Read"/>.</exception>
    public static SentenceFolder? Find(string folder, PoolingMode? asked) =>
        asked is null && ReadPooling(folder) is null ? null : Read(folder, asked);

    private static PoolingMode? ReadPooling(string folder)
    {
        var module = FindPoolingModule(folder);
        if (ModelConfig.Find(folder, Path.Combine(module ?? "1_Pooling", ModelConfig.FileName)) is not { } config)
        {
            return module is null
                ? null
                : throw new ModelException($"'{folder}': {ModulesFile} names the module '{module}', which has no config.json. Download the folder again.");
        }

        string[] modes =
        [
            .. ((string[])["cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken"])
                .Where(mode => config.Flag(PoolingPrefix + mode)),
        ];
        return modes switch
        {
            ["cls_token"] => PoolingMode.Cls,
            ["mean_tokens"] => PoolingMode.Mean,
            ["lasttoken"] => PoolingMode.Last,
            _ => throw new ModelException(
                $"{config.FilePath} asks for {(modes.Length == 0 ? "no known pooling" : string.Join(" and ", modes))}; cls_token, mean_tokens or "
                + "lasttoken can be imported."),
        };
    }

    /// <summary>Folder of the pooling module; null when modules.json is absent.</summary>
    private static string? FindPoolingModule(string folder)
    {
        var path = Path.Combine(folder, ModulesFile);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            string? pooling = null;
            foreach (var module in document.RootElement.EnumerateArray())
            {
                var type = module.GetProperty("type").GetString() ?? string.Empty;
                switch (type[(type.LastIndexOf('.') + 1)..])
                {
                    case "Pooling":
                        pooling = CheckPlain(path, module.GetProperty("path").GetString());
                        break;
                    case "Transformer" or "Normalize":
                        break;
                    default:
                        throw new ModelException($"{path} asks for the module '{type}', which is not built here. {ModelRemedies.Export}");
                }
            }

            return pooling ?? throw new ModelException($"{path} has no pooling module, so it makes no vector of a text. {ModelRemedies.Export}");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new ModelException($"{path} is no list of modules: {exception.Message} Download it again.", exception);
        }
    }

    private static string CheckPlain(string path, string? module) => module is { Length: > 0 } && module == Path.GetFileName(module) && module != ".."
        ? module
        : throw new ModelException($"{path} names the folder '{module}'; a plain name is expected. Download it again.");
}
