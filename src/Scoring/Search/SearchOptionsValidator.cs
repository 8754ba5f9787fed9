using Microsoft.Extensions.Options;

namespace Pipeline.Scoring.Search;

/// <summary>Checks the rules on the properties of <see cref="SearchOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class SearchOptionsValidator : IValidateOptions<SearchOptions>;
