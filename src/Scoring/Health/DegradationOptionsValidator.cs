using Microsoft.Extensions.Options;

namespace Pipeline.Scoring.Health;

/// <summary>Checks the rules on the properties of <see cref="DegradationOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class DegradationOptionsValidator : IValidateOptions<DegradationOptions>;
