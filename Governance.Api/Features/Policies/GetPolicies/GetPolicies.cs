using System.Security.Cryptography;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Policies.Decisions;
using MediatR;

namespace Governance.Api.Features.Policies.GetPolicies;

/// <summary>The policies in force.</summary>
internal sealed record GetPoliciesQuery : IRequest<Result<PoliciesAnswer>>;

/// <summary>The policies in force.</summary>
/// <param name="Version">The version that they give themselves.</param>
/// <param name="Hash">SHA-256 over all files; every decision carries it.</param>
/// <param name="Detail">Who decides, and how that is.</param>
/// <param name="Fault">Why newer files are not in force; left out where there are none.</param>
/// <param name="Files">What they are made of.</param>
internal sealed record PoliciesAnswer(
    string Version,
    string Hash,
    string Detail,
    string? Fault,
    IReadOnlyList<PolicyFileAnswer> Files
);

/// <summary>A file.</summary>
internal sealed record PolicyFileAnswer(string Path, long Bytes, string Sha256);

internal sealed class GetPoliciesHandler(IPolicySnapshots policies, IPolicyDecisionPoint point)
    : IRequestHandler<GetPoliciesQuery, Result<PoliciesAnswer>>
{
    public async Task<Result<PoliciesAnswer>> Handle(GetPoliciesQuery request, CancellationToken cancellationToken)
    {
        var readiness = await point.ReadinessAsync(cancellationToken);
        return policies.Current is { } current
            ? new PoliciesAnswer(
                current.Stamp.Version,
                current.Stamp.Hash,
                readiness.Detail,
                policies.Fault,
                [
                    .. current.Files.Select(file => new PolicyFileAnswer(
                        file.Path,
                        file.Content.Length,
                        Convert.ToHexStringLower(SHA256.HashData(file.Content.Span))
                    )),
                ]
            )
            : Failure.Unavailable(
                "policy_unavailable",
                "No policies are in force.",
                "/health/ready says of the part policy what is wrong."
            );
    }
}

internal static class GetPoliciesEndpoint
{
    public static void MapGetPolicies(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/policies",
                async (IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new GetPoliciesQuery(), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Dpo, Roles.Auditor, Roles.Owner, Roles.Admin)
            .WithTags("Policies")
            .WithSummary("Says which policies are in force, by version, hash and files")
            .Produces<PoliciesAnswer>();
}
