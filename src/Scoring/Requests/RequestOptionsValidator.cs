using Microsoft.Extensions.Options;

namespace Pipeline.Scoring.Requests;

/// <summary>Checks the rules on the properties of <see cref="RequestOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class RequestOptionsValidator : IValidateOptions<RequestOptions>;
