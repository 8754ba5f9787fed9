using Microsoft.Extensions.Options;

namespace Pipeline.Inference;

/// <summary>Checks the rules on the properties of <see cref="EngineOptions"/>.</summary>
[OptionsValidator]
public sealed partial class EngineOptionsValidator : IValidateOptions<EngineOptions>;
