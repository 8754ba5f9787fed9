namespace Pipeline.Storage.Ledger;

/// <summary>A table of work that the ledger carries: production's, or that of evaluations. The columns that it moves are the same in both.</summary>
public sealed class WorkTable
{
    private WorkTable(string name, string key) => (Name, Key) = (name, key);

    /// <summary>Production: one result per (text, recipe).</summary>
    public static WorkTable Texts { get; } = new("pipeline.work_items", "text_id");

    /// <summary>Evaluations: one result per generation, as often as a text is generated.</summary>
    public static WorkTable Generations { get; } = new("pipeline.generations", "id");

    /// <summary>The table's name in SQL.</summary>
    internal string Name { get; }

    /// <summary>The column that, within a recipe, tells an item from others; it is the id that messages carry.</summary>
    internal string Key { get; }
}
