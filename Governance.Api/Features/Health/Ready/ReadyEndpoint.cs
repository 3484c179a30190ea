using System.Text.Json.Serialization;

namespace Governance.Api.Features.Health.Ready;

/// <summary>One part's answer.</summary>
/// <param name="Name">The part.</param>
/// <param name="State"><c>up</c> or <c>down</c>.</param>
/// <param name="Detail">Words for an operator, or absent.</param>
internal sealed record PartAnswer(
    string Name,
    string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail
);

/// <summary>All parts' answers.</summary>
/// <param name="Status"><c>ready</c> or <c>not_ready</c>.</param>
/// <param name="Parts">By name.</param>
internal sealed record ReadyAnswer(string Status, IReadOnlyList<PartAnswer> Parts);

internal static class ReadyEndpoint
{
    public static void MapReady(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/health/ready",
                async (PartChecks checks, CancellationToken cancellationToken) =>
                {
                    var parts = await checks.RunAsync(cancellationToken);
                    var ready = parts.All(part => string.Equals(part.State, "up", StringComparison.Ordinal));
                    return TypedResults.Json(
                        new ReadyAnswer(ready ? "ready" : "not_ready", parts),
                        statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
                    );
                }
            )
            .AllowAnonymous()
            .WithTags("Health");
}
