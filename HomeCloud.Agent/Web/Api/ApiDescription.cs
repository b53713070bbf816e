using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace HomeCloud.Agent.Web.Api;

/// <summary>What the API's document says of the API as a whole: what it is, and the three ways in.</summary>
internal sealed class ApiDescription : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "HomeCloud",
            Version = "v1",
            Description = $"Servers by name, as the page and the command line create them. HomeCloud {StatusEndpoints.Version}. "
                + "Refusals are RFC 9457 problem documents with a code for programs and a fix for people.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["token"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "Created by: homecloud token add NAME. The Unix socket needs no token." },
            ["session"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = "homecloud",
                Description = "Set by POST /session. Every change also needs our own Origin and the header X-HomeCloud-Form of the page.",
            },
        };
        return Task.CompletedTask;
    }
}
