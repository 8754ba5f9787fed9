namespace Pipeline.TokenizerSpeed;

/// <summary>A folder with a tokenizer.json, for as long as it is measured.</summary>
internal sealed class ModelFolder : IDisposable
{
    public ModelFolder(string tokenizerFile) => File.Copy(tokenizerFile, TokenizerFile);

    public string Path { get; } = Directory.CreateTempSubdirectory("pipeline-tokenizer-speed-").FullName;

    public string TokenizerFile => System.IO.Path.Combine(Path, "tokenizer.json");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
