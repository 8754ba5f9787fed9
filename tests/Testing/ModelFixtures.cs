namespace Pipeline.Testing;

/// <summary>Small models with reference outputs, in the layout of Hugging Face folders.</summary>
public static class ModelFixtures
{
    /// <summary>Folder of a model of the repository: <c>bloom-a</c>, <c>bloom-b</c>, <c>qwen2-tied</c> or <c>qwen2-untied</c>. Read only.</summary>
    public static string Path(string name)
    {
        var folder = System.IO.Path.Combine(Checkout.Root, "tests", "Testing", "models", name);
        return Directory.Exists(folder) ? folder : throw new ArgumentException($"There is no model fixture '{name}' in tests/Testing/models.", nameof(name));
    }

    /// <summary>Folder of a model that lies beside the repository, such as <c>bert-cls</c>; skips the test where it is absent.</summary>
    public static string RequireShared(string name) => Checkout.RequireShared(System.IO.Path.Combine("models", name));
}
