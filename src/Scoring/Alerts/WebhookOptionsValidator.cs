using Microsoft.Extensions.Options;

namespace Pipeline.Scoring.Alerts;

/// <summary>Checks the rules on the properties of <see cref="WebhookOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class WebhookOptionsValidator : IValidateOptions<WebhookOptions>;
