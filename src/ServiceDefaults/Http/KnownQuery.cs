using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Pipeline.ServiceDefaults.Http;

/// <summary>Refuses query parameters that an endpoint does not have: a misspelt option would be ignored without a word.</summary>
internal static class KnownQuery
{
    /// <summary>The filter of one endpoint.</summary>
    public static EndpointFilterDelegate Create(EndpointFilterFactoryContext endpoint, EndpointFilterDelegate next)
    {
        var known = endpoint.MethodInfo.GetParameters()
            .SelectMany(parameter => parameter.GetCustomAttribute<AsParametersAttribute>() is null
                ? [Name(parameter, parameter.Name)]
                : parameter.ParameterType.GetProperties().Select(property => Name(property, property.Name)))
            .OfType<string>().Order(StringComparer.Ordinal).ToList();
        return context =>
        {
            var unknown = context.HttpContext.Request.Query.Keys.Except(known, StringComparer.OrdinalIgnoreCase).ToList();
            return unknown.Count == 0
                ? next(context)
                : throw new ApiException(
                    StatusCodes.Status400BadRequest, "unknown-parameter",
                    $"There is no query parameter {string.Join(", ", unknown.Select(name => $"'{(name.Length > 40 ? name[..40] : name)}'"))} here.",
                    known.Count == 0 ? "Leave it out." : $"The parameters are: {string.Join(", ", known)}.");
        };
    }

    private static string? Name(ICustomAttributeProvider parameter, string? name) =>
        parameter.GetCustomAttributes(inherit: false).OfType<IFromQueryMetadata>().FirstOrDefault() is { } query ? query.Name ?? name : null;
}
