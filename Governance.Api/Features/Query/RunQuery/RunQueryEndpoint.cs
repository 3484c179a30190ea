using Governance.Api.Identity;
using MediatR;
using Microsoft.Net.Http.Headers;

namespace Governance.Api.Features.Query.RunQuery;

internal static class RunQueryEndpoint
{
    public static void MapRunQuery(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                "/query",
                async (
                    RunQueryBody body,
                    Actor actor,
                    HttpRequest request,
                    IMediator mediator,
                    CancellationToken cancellationToken
                ) =>
                    (await mediator.Send(new RunQueryCommand(body, actor), cancellationToken)).ToHttp(query =>
                        WantsArrow(request) ? new ArrowAnswer(query) : new JsonAnswer(query)
                    )
            )
            .RequireRoles(Roles.Analyst)
            .WithTags("Queries")
            .WithSummary("Answers SQL over the views that were granted to whoever asks")
            .WithDescription(
                "One SELECT; a table is a dataset's name, or published.<view>. Rows come as JSON, or as an Arrow IPC stream by the header Accept: "
                    + ArrowAnswer.ContentType
                    + ". A JSON answer whose member complete is false, or an Arrow stream that breaks off, is not the whole answer."
            )
            .Produces<object>(StatusCodes.Status200OK, "application/json", ArrowAnswer.ContentType);

    private static bool WantsArrow(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted
            .OrderByDescending(type => type.Quality ?? 1)
            .Select(type => type.MediaType.Value)
            .FirstOrDefault(type =>
                string.Equals(type, ArrowAnswer.ContentType, StringComparison.OrdinalIgnoreCase)
                || string.Equals(type, "application/json", StringComparison.OrdinalIgnoreCase)
            )
            is { } chosen
        && string.Equals(chosen, ArrowAnswer.ContentType, StringComparison.OrdinalIgnoreCase);
}
