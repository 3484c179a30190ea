using System.ComponentModel.DataAnnotations;
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
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddMicrosoftIdentityWebApi(section);
        builder.Services.Configure<MicrosoftIdentityOptions>(
            JwtBearerDefaults.AuthenticationScheme,
            // Somebody without a role is told which one is needed (403), not sent to sign in again.
            options => options.AllowWebApiToBeAuthorizedByACL = true
        );
    }
}
