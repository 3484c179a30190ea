using Governance.Api.Features.OpenDsr.Signing;
using Governance.Api.Http;
using Governance.Api.Identity;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.OpenDsr.Requests;

internal static class OpenDsrEndpoints
{
    private const string Root = "/v2/requests";
    private const string One = "/v2/requests/{id:guid}";

    public static void MapOpenDsrRequests(
        this IEndpointRouteBuilder endpoints,
        Func<IOptions<OpenDsrOptions>, IResult?> closed
    )
    {
        Describe(
            endpoints.MapPost(
                Root,
                async (
                    HttpRequest request,
                    Actor actor,
                    OpenDsrDesk desk,
                    OpenDsrAnswers answers,
                    IOptions<OpenDsrOptions> options,
                    CancellationToken cancellationToken
                ) =>
                {
                    if (closed(options) is { } refusal)
                    {
                        return refusal;
                    }

                    using var body = new MemoryStream();
                    await request.Body.CopyToAsync(body, cancellationToken);
                    return Answer(
                        await desk.SubmitAsync(body.ToArray(), actor.Id, cancellationToken),
                        answers,
                        StatusCodes.Status201Created
                    );
                }
            ),
            "OpenDSR 2.0: submits a request"
        );
        Describe(
            endpoints.MapGet(
                One,
                async (
                    Guid id,
                    Actor actor,
                    OpenDsrDesk desk,
                    OpenDsrAnswers answers,
                    IOptions<OpenDsrOptions> options,
                    CancellationToken cancellationToken
                ) =>
                    closed(options)
                    ?? Answer(await desk.FindAsync(id, actor.Id, cancellationToken), answers, StatusCodes.Status200OK)
            ),
            "OpenDSR 2.0: how a request stands, with its receipt once it is completed"
        );
        Describe(
            endpoints.MapDelete(
                One,
                async (
                    Guid id,
                    Actor actor,
                    OpenDsrDesk desk,
                    OpenDsrAnswers answers,
                    IOptions<OpenDsrOptions> options,
                    CancellationToken cancellationToken
                ) =>
                    closed(options)
                    ?? Answer(
                        await desk.CancelAsync(id, actor.Id, cancellationToken),
                        answers,
                        StatusCodes.Status202Accepted
                    )
            ),
            "OpenDSR 2.0: cancels a request that is pending"
        );
    }

    private static IResult Answer<T>(Result<T> result, OpenDsrAnswers answers, int status) =>
        result.IsOk ? answers.Signed(result.Value, status) : OpenDsrAnswers.Error(result.Failure);

    private static void Describe(RouteHandlerBuilder endpoint, string summary) =>
        endpoint.RequireRoles(Roles.Dpo, Roles.Pipeline).WithTags("OpenDSR").WithSummary(summary);
}
