using Governance.Api.Http;
using Governance.Policies.Decisions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Api.Identity;

/// <summary>401 and 403 as problems that say what to do next.</summary>
internal sealed class RefusalProblems(IServiceProviderIsService registered) : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    )
    {
        // Routing's own endpoints say 405 and 415, and nothing else: whoever chose the wrong content type for the sign-in is
        // not to be sent to the sign-in.
        if (authorizeResult.Succeeded || context.GetEndpoint() is { Metadata.Count: 0 } and not RouteEndpoint)
        {
            await next(context);
        }
        else if (authorizeResult.Challenged)
        {
            var failure = (await context.AuthenticateAsync()).Failure;
            await context.ChallengeAsync(); // The header WWW-Authenticate.
            await Unauthenticated(context, failure).ExecuteAsync(context);
        }
        else
        {
            var refusal = authorizeResult.AuthorizationFailure?.FailureReasons.OfType<PolicyRefusal>().FirstOrDefault();
            var required = context.GetEndpoint()?.Metadata.GetMetadata<RequiredRoles>();
            var problem = Forbidden(context, required, refusal?.Decision);
            if (GroupFaults.Of(context.User) is { } fault)
            {
                problem = problem with
                {
                    Detail = $"{problem.Detail} {fault.Detail}",
                    Next = $"{fault.Next} {problem.Next}",
                };
            }

            await problem.ExecuteAsync(context);
        }
    }

    private Problem Unauthenticated(HttpContext context, Exception? failure)
    {
        var (code, detail) = failure switch
        {
            SecurityTokenExpiredException => ("token_expired", "The token has expired."),
            not null => ("token_invalid", "The token is not one that this service accepts."),
            null when context.Request.Headers.Authorization.Count > 0 => (
                "token_unreadable",
                "The header Authorization holds no bearer token."
            ),
            null => ("token_missing", "The request carries no token."),
        };
        var next = registered.IsService(typeof(SandboxIssuer))
            ? """Get a token: POST /sandbox/token with {"person":"dpo"}; send it as Authorization: Bearer <token>."""
            : "Sign in to the directory; send its access token as Authorization: Bearer <token>.";
        return new(StatusCodes.Status401Unauthorized, code, "Sign in first.", detail, next);
    }

    private static Problem Forbidden(HttpContext context, RequiredRoles? required, EndpointDecision? decision) =>
        decision switch
        {
            { IsForWantOfAnAnswer: true } => new(
                StatusCodes.Status403Forbidden,
                "policy_unavailable",
                "This is not allowed.",
                decision.ReasonForUser,
                "Try again later. /health/ready says of the part policy what is wrong."
            ),
            _ when required is null || required.Roles.Any(context.User.IsInRole) => new(
                StatusCodes.Status403Forbidden,
                "policy_denied",
                "This is not allowed.",
                decision is { ReasonForUser.Length: > 0 }
                    ? decision.ReasonForUser
                    : "The signed-in person may not do this.",
                "The policies in force say so: ask whoever keeps them."
            ),
            _ => new(
                StatusCodes.Status403Forbidden,
                "role_missing",
                "This is not allowed.",
                $"This needs one of the roles: {string.Join(", ", required.Roles)}.",
                "Sign in as somebody who has the role, or ask an administrator for it."
            ),
        };
}
