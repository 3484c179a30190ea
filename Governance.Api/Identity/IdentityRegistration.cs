using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;

namespace Governance.Api.Identity;

internal static class IdentityRegistration
{
    /// <summary>Who calls, and whether they may. An endpoint that says nothing is closed to whoever is not signed in.</summary>
    public static void AddGovernanceIdentity(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetSection(EntraOptions.SectionName).Exists())
        {
            builder.AddEntraSignIn();
        }
        else
        {
            builder.AddSandboxSignIn();
        }

        builder.Services.Configure<JwtBearerOptions>(
            JwtBearerDefaults.AuthenticationScheme,
            options =>
            {
                options.MapInboundClaims = false;
                options.IncludeErrorDetails = false;
                options.TokenValidationParameters.RoleClaimType = Actor.RolesClaim;
                options.TokenValidationParameters.NameClaimType = Actor.NameClaim;
            }
        );
        builder
            .Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalProblems>();
    }
}
