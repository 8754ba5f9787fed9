using Microsoft.Extensions.Options;

namespace Pipeline.ServiceDefaults;

/// <summary>Checks the rules on the properties of <see cref="WorkerOptions"/>.</summary>
[OptionsValidator]
public sealed partial class WorkerOptionsValidator : IValidateOptions<WorkerOptions>;
