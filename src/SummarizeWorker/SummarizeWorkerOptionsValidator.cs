using Microsoft.Extensions.Options;

namespace Pipeline.SummarizeWorker;

/// <summary>Checks the rules on the properties of <see cref="SummarizeWorkerOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class SummarizeWorkerOptionsValidator : IValidateOptions<SummarizeWorkerOptions>;
