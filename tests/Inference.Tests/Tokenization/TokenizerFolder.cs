using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Tests.Tokenization;

/// <summary>A model folder for one test.</summary>
internal sealed class TokenizerFolder : IDisposable
{
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path = Directory.CreateTempSubdirectory("pipeline-tokenizer-").FullName;

    public TokenizerFolder()
    {
    }

    /// <summary>Begins with a copy of a tokenizer.json.</summary>
    public TokenizerFolder(string tokenizerFile) => File.Copy(tokenizerFile, PathOf("tokenizer.json"));

    public string PathOf(string name) => System.IO.Path.Combine(_path, name);

    public TokenizerFolder With(string name, string content)
    {
        File.WriteAllText(PathOf(name), content);
        return this;
    }

    /// <summary>Changes tokenizer.json.</summary>
    public TokenizerFolder Edit(Action<JsonNode> edit)
    {
        var root = JsonNode.Parse(File.ReadAllText(PathOf("tokenizer.json")))!;
        edit(root);
        return With(root);
    }

    /// <summary>Writes tokenizer.json, as such files are written: no more escaped than need be.</summary>
    public TokenizerFolder With(JsonNode root) => With("tokenizer.json", root.ToJsonString(Unescaped));

    public ISubwordTokenizer Load() => SubwordTokenizer.Load(_path);

    /// <summary>What loading this folder is refused with.</summary>
    public string Refusal() => Assert.Throws<TokenizerException>(Load).Message;

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
