using System.Security.Cryptography;
using System.Text;
using Governance.Api.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Governance.Api.Features.Policies.Bundle;

internal static class BundleEndpoint
{
    private const string Scheme = "Bearer ";

    public static void MapBundle(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/policies/bundle.tar.gz", Give)
            // A policy server is no person, and it cannot ask itself whether it may have its policies.
            .AllowAnonymous()
            .WithTags("Policies")
            .WithSummary("The policies, as a policy server loads them")
            .Produces(StatusCodes.Status200OK, contentType: "application/gzip")
            .Produces(StatusCodes.Status304NotModified);

    private static IResult Give(HttpContext context, BundleBytes bundle, IOptions<PoliciesOptions> options)
    {
        if (options.Value.BundleToken is not { Length: > 0 } token)
        {
            return new Problem(
                StatusCodes.Status404NotFound,
                "bundle_off",
                "There is no such thing.",
                "The bundle is not given out.",
                "Set Governance:Policies:BundleToken, and give the policy server the same token."
            );
        }

        if (!Shows(context.Request.Headers.Authorization.ToString(), token))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return new Problem(
                StatusCodes.Status401Unauthorized,
                "bundle_token_wrong",
                "Show the bundle's token first.",
                "The request carries no token, or another one than the bundle's.",
                "Send Authorization: Bearer <token>, with the token of Governance:Policies:BundleToken."
            );
        }

        // A 304 where the version that the caller has is the one in force.
        return bundle.Current() is { } written
            ? TypedResults.Bytes(
                written.Bytes,
                "application/gzip",
                entityTag: new EntityTagHeaderValue($"\"{written.Of.Stamp.Hash}\"")
            )
            : Problem.From(
                Failure.Unavailable("policies_missing", "No policies are in force.", "/health/ready says why.")
            );
    }

    private static bool Shows(string header, string token) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())),
            SHA256.HashData(Encoding.UTF8.GetBytes(token))
        );
}
