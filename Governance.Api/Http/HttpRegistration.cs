using System.Text.Json;
using System.Text.Json.Serialization;
using Governance.Api.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Governance.Api.Http;

internal static class HttpRegistration
{
    /// <summary>JSON, limits, problems and the API's description.</summary>
    public static void AddGovernanceHttp(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(options => Configure(options.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder
            .Services.AddOptions<KestrelServerOptions>()
            // The server is made with the host, before the settings are checked.
            .Configure<UncheckedOptions<GovernanceOptions>>(
                (kestrel, options) =>
                {
                    kestrel.AddServerHeader = false;
                    kestrel.Limits.MaxRequestBodySize = Math.Max(0, options.Read().MaxRequestBytes);
                }
            );
        builder.Services.AddOpenApi(options =>
            options.AddDocumentTransformer<ApiDescription>().AddOperationTransformer<ApiDescription>()
        );
    }

    /// <summary>The first layers: whatever happens behind them, clients get a problem.</summary>
    public static void UseGovernanceHttp(this WebApplication app)
    {
        app.UseMiddleware<FailureBoundary>();
        app.UseStatusCodePages(context =>
            ProblemOfStatus.Create(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext)
        );
    }

    /// <summary>JSON as the API speaks it: camel case, snake case words, and nothing unknown is overlooked.</summary>
    internal static void Configure(JsonSerializerOptions options)
    {
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }
}
