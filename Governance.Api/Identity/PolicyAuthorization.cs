using Governance.Policies.Decisions;
using Microsoft.AspNetCore.Authorization;

namespace Governance.Api.Identity;

/// <summary>The policies let the caller call the endpoint.</summary>
internal sealed class PolicyRequirement : IAuthorizationRequirement;

/// <summary>Why the policies did not.</summary>
internal sealed class PolicyRefusal(IAuthorizationHandler handler, EndpointDecision decision)
    : AuthorizationFailureReason(handler, decision.ReasonForUser)
{
    public EndpointDecision Decision { get; } = decision;
}

/// <summary>Asks the policies about each call of an endpoint; without an answer nobody passes.</summary>
internal sealed partial class PolicyAuthorization(IPolicyDecisionPoint policies, ILogger<PolicyAuthorization> logger)
    : AuthorizationHandler<PolicyRequirement>
{
    protected override async Task HandleRequirementAsync(
        AuthorizationHandlerContext context,
        PolicyRequirement requirement
    )
    {
        if (context.User.Identity is not { IsAuthenticated: true } || context.Resource is not HttpContext http)
        {
            return;
        }

        // Where no route matched there is nothing to be protected: routing's own answers are 404, 405 and 415.
        if (http.GetEndpoint() is not RouteEndpoint endpoint)
        {
            context.Succeed(requirement);
            return;
        }

        var route = EndpointRoute.Of(endpoint);
        var decision = await policies.MayCallAsync(
            new EndpointQuestion(
                PolicySubjects.Of(context.User),
                http.Request.Method,
                http.Request.Path.Value ?? "",
                route
            )
            {
                Host = http.Request.Host.Host,
                Ip = http.Connection.RemoteIpAddress?.ToString() ?? "",
                Port = http.Connection.RemotePort,
            },
            http.RequestAborted
        );
        if (decision.Allowed)
        {
            context.Succeed(requirement);
            return;
        }

        if (decision.IsForWantOfAnAnswer)
        {
            LogNoAnswer(http.Request.Method, route, decision.ReasonForAdmin);
        }

        context.Fail(new PolicyRefusal(this, decision));
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The policies gave no answer to {Method} {Route}, so it is refused: {Reason}"
    )]
    private partial void LogNoAnswer(string method, string route, string reason);
}
