using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;

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

        // Nothing is kept under these keys (no cookies), so none are written to the home folder.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
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
