namespace Pipeline.Scoring.Requests;

/// <summary>Wires the asking side of the lanes.</summary>
public static class RequestServices
{
    /// <summary>Adds <see cref="ModelLane"/> and its options. The bus must be there.</summary>
    public static IServiceCollection AddModelLane(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<RequestOptions, RequestOptionsValidator>().Bind(configuration.GetSection(RequestOptions.SectionName));
        return services.AddSingleton<ModelLane>();
    }
}
