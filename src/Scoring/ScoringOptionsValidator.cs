using Microsoft.Extensions.Options;

namespace Pipeline.Scoring;

/// <summary>Checks the rules on the properties of <see cref="ScoringOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class ScoringOptionsValidator : IValidateOptions<ScoringOptions>;
