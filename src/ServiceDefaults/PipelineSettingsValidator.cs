using Microsoft.Extensions.Options;

namespace Pipeline.ServiceDefaults;

/// <summary>Checks the rules on the properties of <see cref="PipelineSettings"/>.</summary>
[OptionsValidator]
internal sealed partial class PipelineSettingsValidator : IValidateOptions<PipelineSettings>;
