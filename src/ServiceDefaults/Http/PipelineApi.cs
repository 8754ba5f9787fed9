using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Pipeline.ServiceDefaults.Http;

/// <summary>What the HTTP APIs of our services have in common: keys, roles, problem documents, JSON in snake case, a description.</summary>
public static class PipelineApi
{
    private static readonly string[] s_described = ["/api", "/v1"];

    /// <summary>Adds keys and roles, problem documents and the OpenAPI document.</summary>
    /// <param name="services">The services.</param>
    /// <param name="title">Title of the OpenAPI document.</param>
    /// <param name="lookup">Finds the holder of a key.</param>
    /// <param name="translate">Says what becomes of the service's own exceptions.</param>
    public static IServiceCollection AddPipelineApi(
        this IServiceCollection services, string title, ApiKeyLookup lookup, ApiFaultTranslator translate)
    {
        services.AddSingleton(lookup);
        services.AddSingleton(translate);
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyAuthenticationHandler>(ApiKeyAuthenticationHandler.SchemeName, null);
        var authorization = services.AddAuthorizationBuilder();
        for (var i = 0; i < ApiRoles.All.Count; i++)
        {
            string[] atLeast = [.. ApiRoles.All.Skip(i)];
            authorization.AddPolicy(ApiRoles.All[i], policy => policy
                .AddAuthenticationSchemes(ApiKeyAuthenticationHandler.SchemeName).RequireAuthenticatedUser().RequireRole(atLeast));
        }

        services.AddExceptionHandler<ApiExceptionHandler>();
        services.AddProblemDetails();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DictionaryKeyPolicy = null;
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        });
        return services.AddOpenApi(openApi =>
        {
            openApi.ShouldInclude = endpoint => s_described.Any(prefix => $"/{endpoint.RelativePath}".StartsWith(prefix + "/", StringComparison.Ordinal));
            openApi.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo { Title = title, Version = "v1" };
                // Where the document was fetched from; what Kestrel listens on is not what a proxy shows.
                document.Servers = [];
                document.Components ??= new OpenApiComponents();
                document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
                document.Components.SecuritySchemes[ApiKeyAuthenticationHandler.SchemeName] =
                    new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key made with './pipeline keys create'." };
                document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiKeyAuthenticationHandler.SchemeName, document)] = [] }];
                return Task.CompletedTask;
            });
        });
    }

    /// <summary>
    /// Adds the middleware that turns faults into problem documents, keys and roles, the OpenAPI document (<c>/openapi/v1.json</c>) and its page
    /// (<c>/scalar</c>), which asks no other server for anything.
    /// </summary>
    public static WebApplication UsePipelineApi(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseWhen(
            context => s_described.Any(prefix => context.Request.Path.StartsWithSegments(prefix)),
            api => api.UseStatusCodePages(context => ApiProblem.WriteAsync(context.HttpContext, OfStatus(context.HttpContext))));
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapOpenApi().AllowAnonymous();
        app.MapScalarApiReference("/scalar", scalar => scalar.DisableDefaultFonts().DisableTelemetry()).AllowAnonymous();
        return app;
    }

    /// <summary>A group of endpoints that refuses unknown query parameters.</summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes, string prefix) =>
        routes.MapGroup(prefix).AddEndpointFilterFactory(KnownQuery.Create);

    // Answers without a body: no such route, or another method than the route has.
    private static ApiException OfStatus(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new ApiException(
            StatusCodes.Status404NotFound, "no-such-endpoint", "There is nothing at this address.", "/openapi/v1.json lists the endpoints."),
        StatusCodes.Status405MethodNotAllowed => new ApiException(
            StatusCodes.Status405MethodNotAllowed, "method-not-allowed", $"{context.Request.Method} is not possible at this address.",
            $"Use {context.Response.Headers.Allow}."),
        StatusCodes.Status415UnsupportedMediaType => new ApiException(
            StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type",
            $"A body of the type '{context.Request.ContentType}' can't be read here.",
            "Say what it is with the header Content-Type, such as application/json; /openapi/v1.json lists what this address reads."),
        var status => new ApiException(status, "refused", "The request was refused.", "Correct the request; /openapi/v1.json describes it."),
    };
}
