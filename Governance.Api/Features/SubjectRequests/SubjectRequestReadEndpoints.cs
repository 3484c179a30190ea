using Governance.Api.Features.SubjectRequests.Export;
using Governance.Api.Features.SubjectRequests.Get;
using Governance.Api.Features.SubjectRequests.List;
using Governance.Api.Features.SubjectRequests.Receipt;
using Governance.Api.Http;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.SubjectRequests;

/// <summary>What can be read of requests.</summary>
internal static class SubjectRequestReadEndpoints
{
    private const string Jose = "application/jose";
    private const string Octets = "application/octet-stream";

    public static void MapReads(this IEndpointRouteBuilder endpoints)
    {
        endpoints
            .MapGet(
                SubjectRequestAddresses.Root,
                async (
                    string? state,
                    string? due,
                    int? skip,
                    int? take,
                    IMediator mediator,
                    CancellationToken cancellationToken
                ) =>
                    (await mediator.Send(new ListQuery(state, due, skip ?? 0, take ?? 100), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Dpo, Roles.Auditor)
            .WithTags("Subject requests")
            .WithSummary(
                "Lists subject requests, the newest first; with due=late or due=soon the open ones by deadline"
            )
            .Produces<ListAnswer>();
        endpoints
            .MapGet(
                SubjectRequestAddresses.One,
                async (Guid id, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new GetQuery(id), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Dpo, Roles.Auditor)
            .WithTags("Subject requests")
            .WithSummary("Reads a subject request: state, clocks, plan, verdicts, history")
            .Produces<SubjectRequestView>();
        endpoints
            .MapGet(
                $"{SubjectRequestAddresses.One}/export",
                async (
                    Guid id,
                    Actor actor,
                    HttpResponse response,
                    IMediator mediator,
                    CancellationToken cancellationToken
                ) =>
                {
                    response.Headers.CacheControl = "no-store";
                    return (await mediator.Send(new ExportQuery(id, actor.Id), cancellationToken)).ToHttp(export =>
                        TypedResults.File(export.Content, Octets, export.FileName)
                    );
                }
            )
            .RequireRoles(Roles.Dpo)
            .WithTags("Subject requests")
            .WithSummary("Downloads the archive of an access or portability request, encrypted as age v1")
            .Produces<Stream>(StatusCodes.Status200OK, Octets)
            .Produces<Problem>(StatusCodes.Status410Gone, Problem.ContentType);
        endpoints
            .MapGet(
                $"{SubjectRequestAddresses.One}/receipt",
                async (Guid id, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new ReceiptQuery(id), cancellationToken)).ToHttp(receipt =>
                        TypedResults.Text(receipt, Jose)
                    )
            )
            .RequireRoles(Roles.Dpo, Roles.Auditor)
            .WithTags("Subject requests")
            .WithSummary("Reads the signed receipt, a compact JWS")
            .Produces<string>(StatusCodes.Status200OK, Jose);
    }
}
