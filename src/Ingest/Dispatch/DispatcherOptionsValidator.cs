using Microsoft.Extensions.Options;

namespace Pipeline.Ingest.Dispatch;

/// <summary>Checks the rules on the properties of <see cref="DispatcherOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class DispatcherOptionsValidator : IValidateOptions<DispatcherOptions>;
