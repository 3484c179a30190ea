using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Governance.Api.Configuration;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.Identity.Web;

namespace Governance.Api.Identity;

/// <summary>Sign-in by Microsoft Entra ID; the section's other settings are those of Microsoft.Identity.Web.</summary>
internal sealed class EntraOptions
{
    public const string SectionName = "AzureAd";

    /// <summary>The cloud's sign-in address, such as <c>https://login.microsoftonline.com/</c>.</summary>
    [Required(ErrorMessage = "It is missing: the cloud's sign-in address.")]
    [Url(ErrorMessage = "It is no address.")]
    public string? Instance { get; set; }

    /// <summary>The directory.</summary>
    [Required(ErrorMessage = "It is missing: the directory's id.")]
    public string? TenantId { get; set; }

    /// <summary>This service's registration.</summary>
    [Required(ErrorMessage = "It is missing: the id of this service's registration.")]
    public string? ClientId { get; set; }
}

internal static class EntraSignIn
{
    public static void AddEntraSignIn(this WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection(EntraOptions.SectionName);
        builder.Services.AddSingleton<IValidateOptions<EntraOptions>>(
            new SettingsValidator<EntraOptions>(EntraOptions.SectionName)
        );
        builder.Services.AddOptions<EntraOptions>().Bind(section).ValidateOnStart();
        builder
            .Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
            .AddMicrosoftIdentityWebApi(section)
            .EnableTokenAcquisitionToCallDownstreamApi()
            .AddInMemoryTokenCaches();
        builder.Services.AddFeatureOptions<DirectoryOptions>(DirectoryOptions.SectionName);
        builder.Services.AddHttpClient(MicrosoftGraph.ClientName);
        builder.Services.AddSingleton<MicrosoftGraph>();
        builder.Services.AddSingleton<DirectoryGroups>();
        builder.Services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, AskForGroups);
        builder.Services.Configure<MicrosoftIdentityOptions>(
            JwtBearerDefaults.AuthenticationScheme,
            // Somebody without a role is told which one is needed (403), not sent to sign in again.
            options => options.AllowWebApiToBeAuthorizedByACL = true
        );
    }

    /// <summary>Once a token is believed, its person's groups are asked for where it leaves them out.</summary>
    private static void AskForGroups(JwtBearerOptions options)
    {
        options.Events ??= new JwtBearerEvents();
        var before = options.Events.OnTokenValidated;
        options.Events.OnTokenValidated = async context =>
        {
            await before(context);
            if (context is { Result: null, Principal: { Identity: ClaimsIdentity identity } user })
            {
                await AddGroupsAsync(context.HttpContext, user, identity);
            }
        };
    }

    private static async Task AddGroupsAsync(HttpContext context, ClaimsPrincipal user, ClaimsIdentity identity)
    {
        foreach (var claim in identity.FindAll(GroupOverage.FaultClaim).ToArray())
        {
            identity.RemoveClaim(claim);
        }

        if (!GroupOverage.IsIn(user) || Actor.IdOf(user) is not { } id)
        {
            return;
        }

        var groups = await context
            .RequestServices.GetRequiredService<DirectoryGroups>()
            .OfAsync(
                new DirectoryMember(id, string.Equals(user.FindFirstValue("idtyp"), "app", StringComparison.Ordinal)),
                context.RequestAborted
            );
        identity.AddClaims(groups.Ids.Select(group => new Claim(PolicySubjects.GroupsClaim, group)));
        if (groups.Fault is { } fault)
        {
            identity.AddClaim(new Claim(GroupOverage.FaultClaim, fault));
        }
    }
}
