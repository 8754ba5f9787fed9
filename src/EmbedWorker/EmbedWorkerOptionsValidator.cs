using Microsoft.Extensions.Options;

namespace Pipeline.EmbedWorker;

/// <summary>Checks the rules on the properties of <see cref="EmbedWorkerOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class EmbedWorkerOptionsValidator : IValidateOptions<EmbedWorkerOptions>;
