#pragma warning disable
using System.Runtime.CompilerServices; using System.Security.Cryptography; using System.Text; using System.Text.Json;
namespace Pipeline.Inference;
public readonly record struct TextOutcome<T>(int Index, T? Value, TextFailure? Failure) where T : class;
public sealed record TextFailure(string Code, string Reason) { public const string EngineError = "engine-error"; }
public sealed record Summary(string Text, string FinishReason, bool Truncated);
public sealed record Embedding(float[] Values);
public interface ISummarizer { IAsyncEnumerable<TextOutcome<Summary>> SummarizeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken); }
public interface IEmbedder { int Dimensions { get; } IAsyncEnumerable<TextOutcome<Embedding>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken); }
public enum RecipeStage { Embed, Summarize }
public sealed record RecipeDefinition(string Name, RecipeStage Stage, string Engine, int? Dimensions) {
  public double SecondsPerText => 0.001; public string CanonicalJson => JsonSerializer.Serialize(new{Name,Stage,Engine,Dimensions});
  public byte[] Sha256 => SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson));
  public static RecipeDefinition FromJson(string j) => JsonSerializer.Deserialize<RecipeDefinition>(j)!; }
public static class BuiltInRecipes { public static IReadOnlyList<RecipeDefinition> All {get;} = [new("lead",RecipeStage.Summarize,"lead",null),new("extractive",RecipeStage.Summarize,"extractive",null),new("extractive-title",RecipeStage.Summarize,"extractive-title",null),new("hashing",RecipeStage.Embed,"hashing",1024)]; }
public static class EngineFactory { public static ISummarizer CreateSummarizer(RecipeDefinition d) => new L(d.Name); public static IEmbedder CreateEmbedder(RecipeDefinition d) => new H();
 sealed class L(string n) : ISummarizer { public async IAsyncEnumerable<TextOutcome<Summary>> SummarizeAsync(IReadOnlyList<string> texts, [EnumeratorCancellation] CancellationToken c) { for (int i=0;i<texts.Count;i++) { yield return new(i,new(texts[i].Length>40?texts[i][..40]+n:texts[i],"x",false),null);} } }
 sealed class H : IEmbedder { public int Dimensions=>1024; public async IAsyncEnumerable<TextOutcome<Embedding>> EmbedAsync(IReadOnlyList<string> texts, [EnumeratorCancellation] CancellationToken c) { for (int i=0;i<texts.Count;i++) { var v=new float[1024]; foreach(var ch in texts[i]) v[ch%1024]+=1; var n=MathF.Sqrt(v.Sum(x=>x*x)); for(int k=0;k<1024;k++) v[k]/=n; yield return new(i,new(v),null);} } }
}
