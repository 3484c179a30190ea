using Governance.Api.Configuration;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;

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

        // ASP.NET's own keys, for cookies and forms: beside the others, and not in the home folder.
        builder
            .Services.AddOptions<KeyManagementOptions>()
            .Configure<DataDirectory, ILoggerFactory>(
                (options, directory, logging) =>
                    options.XmlRepository = new FileSystemXmlRepository(
                        new DirectoryInfo(directory.Folder(Path.Combine("keys", "web"))),
                        logging
                    )
            );
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
            .SetFallbackPolicy(builder.Roles().Has(ServiceRole.Api) ? ForPeople() : ForNobody());
        builder.Services.AddSingleton<IAuthorizationHandler, PolicyAuthorization>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalProblems>();
    }

    private static AuthorizationPolicy ForPeople() =>
        new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new PolicyRequirement()).Build();

    // Without the API there is nothing to sign in for: what is not there is told to anybody, and what is there by mistake to nobody.
    private static AuthorizationPolicy ForNobody() =>
        new AuthorizationPolicyBuilder()
            .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is null)
            .Build();
}
