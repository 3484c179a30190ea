using Governance.Api.Features.Health.Ready;

namespace Governance.Api.Features.Health;

internal static class HealthFeature
{
    public static void AddHealthFeature(this IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton<PartChecks>();

    public static void MapHealthFeature(this IEndpointRouteBuilder endpoints)
    {
        endpoints
            .MapGet("/health/live", () => TypedResults.Ok(new { status = "live" }))
            .AllowAnonymous()
            .WithTags("Health");
        endpoints.MapReady();
    }
}
