using Pipeline.Inference.Models;

namespace Pipeline.Cli.Demo;

/// <summary>What the demo runs.</summary>
/// <param name="Embedder">The embedder.</param>
/// <param name="Recipes">The recipes that summarise.</param>
/// <param name="Generator">The one of them that is a model; null when none is.</param>
internal sealed record DemoLineup(string Embedder, IReadOnlyList<string> Recipes, string? Generator)
{
    /// <summary>What needs no models.</summary>
    public static DemoLineup WithoutModels { get; } = new("hashing", ["extractive", "extractive-title", "lead"], null);

    /// <summary>Two models beside the baselines; folders are imported first.</summary>
    /// <exception cref="ModelException">A folder can't be imported, or there is no such model.</exception>
    /// <exception cref="UsageException">A model does something else than is asked of it.</exception>
    public static DemoLineup OfModels(Engines engines, string embedder, string generator, CancellationToken cancellationToken)
    {
        var (first, second) = (Model(engines.Models, embedder, cancellationToken), Model(engines.Models, generator, cancellationToken));
        return (first.Task, second.Task) == (ModelTask.Embed, ModelTask.Generate)
            ? new(first.Name, ["extractive", "lead", second.Name], second.Name)
            : throw new UsageException(
                Say(
                    $"--models takes an embedder and a generator, in this order; '{first.Name}' is for {Word(first)} and '{second.Name}' for {Word(second)}.",
                    $"--models 依次需要向量模型和生成模型；'{first.Name}' 的类型是 {Word(first)}，'{second.Name}' 的类型是 {Word(second)}。"));
    }

    private static ModelManifest Model(ModelStore store, string folderOrName, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folderOrName) && store.List().Any(model => model.Name == folderOrName))
        {
            return store.Verify(folderOrName, cancellationToken);
        }

        Console.Error.WriteLine(Say($"importing {folderOrName}", $"正在导入 {folderOrName}"));
        return new ModelImporter(store).Import(new() { Folder = folderOrName }, null, cancellationToken).Manifest;
    }

    private static string Word(ModelManifest model) => model.Task switch
    {
        ModelTask.Embed => "embedding",
        ModelTask.Classify => "classifying",
        _ => "generating",
    };
}
