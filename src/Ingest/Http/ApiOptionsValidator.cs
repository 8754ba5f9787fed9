using Microsoft.Extensions.Options;

namespace Pipeline.Ingest.Http;

/// <summary>Checks the rules on the properties of <see cref="ApiOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class ApiOptionsValidator : IValidateOptions<ApiOptions>;
