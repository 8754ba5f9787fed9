using System.Collections.Immutable;

namespace Pipeline.Inference.Recipes;

/// <summary>A recipe as a person wrote it: what it leaves out takes its default.</summary>
/// <param name="Name">The name that people use.</param>
/// <param name="Engine">The engine that runs it.</param>
/// <param name="Stage">What it makes; null: what its engine or model can.</param>
/// <param name="Parameters">Settings by name.</param>
/// <param name="SecondsPerText">Estimated seconds for one text; null: the engine's own estimate.</param>
public sealed record RecipeDraft(
    string Name, string Engine, RecipeStage? Stage, ImmutableSortedDictionary<string, string> Parameters, double? SecondsPerText);
