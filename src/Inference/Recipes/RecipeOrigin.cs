namespace Pipeline.Inference.Recipes;

/// <summary>Where a recipe comes from.</summary>
public enum RecipeOrigin
{
    /// <summary>It ships with the product.</summary>
    BuiltIn,

    /// <summary>Somebody added it.</summary>
    Added,

    /// <summary>It is what an imported model does when nothing else is said.</summary>
    Model,
}
