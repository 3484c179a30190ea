using System.Security.Cryptography;
using Governance.Api.Configuration;
using Governance.Api.Http;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Identity.Web;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Governance.Api.Identity;

/// <summary>Sign-in without a directory: an OpenIddict issuer in this process, with sample people and no passwords.</summary>
internal static class SandboxSignIn
{
    public static void AddSandboxSignIn(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSandboxPart(SandboxPart.SignIn);
        services.AddSingleton<SandboxIssuer>();
        services.AddHostedService<Opening>();
        services.AddStartupNote<SandboxIssuer>(
            "sign-in",
            issuer =>
                $"{issuer.Issuer}token (sample people: {string.Join(", ", SamplePerson.All.Select(person => person.Name))})"
        );

        AddIssuer(services);
        AddValidation(services);
    }

    /// <summary>Maps the token endpoint where the sandbox signs people in.</summary>
    public static void MapSandboxSignIn(this WebApplication app)
    {
        if (app.Services.GetService<IServiceProviderIsService>()?.IsService(typeof(SandboxIssuer)) is true)
        {
            app.MapPost(SandboxIssuer.TokenPath, Token).AllowAnonymous().WithTags("Sandbox");
        }
    }

    private static IResult Token(SandboxTokenRequest request)
    {
        var lifetime = request.ExpiresIn ?? SandboxTokenRequest.DefaultLifetime;
        if (SamplePerson.Find(request.Person) is not { } person)
        {
            return Problem.From(
                Failure.Invalid(
                    "unknown_person",
                    "The sandbox has no such person.",
                    $"The people are {string.Join(", ", SamplePerson.All.Select(sample => sample.Name))}."
                )
            );
        }

        if (lifetime is < 1 or > SandboxTokenRequest.DefaultLifetime)
        {
            return Problem.From(
                Failure.Invalid(
                    "invalid_lifetime",
                    $"expires_in is from 1 to {SandboxTokenRequest.DefaultLifetime} seconds."
                )
            );
        }

        return Results.SignIn(
            SandboxIssuer.Describe(person, TimeSpan.FromSeconds(lifetime)),
            authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme
        );
    }

    private static void AddIssuer(IServiceCollection services)
    {
        services
            .AddOpenIddict()
            .AddServer(server =>
            {
                // No store of clients and tokens stands behind it.
                server.EnableDegradedMode();
                server.AcceptAnonymousClients();
                server.AllowCustomFlow(SandboxIssuer.Grant);
                server.SetTokenEndpointUris(SandboxIssuer.TokenPath);
                server.SetConfigurationEndpointUris(SandboxIssuer.MetadataPath);
                server.SetJsonWebKeySetEndpointUris(SandboxIssuer.KeysPath);
                server.DisableAccessTokenEncryption();
                server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
                server.UseAspNetCore().EnableTokenEndpointPassthrough().DisableTransportSecurityRequirement();

                // The endpoint reads its JSON itself; the form that OAuth would send is not looked for.
                server.RemoveEventHandler(
                    OpenIddictServerAspNetCoreHandlers.ExtractPostRequest<ExtractTokenRequestContext>.Descriptor
                );
                server.AddEventHandler<ExtractTokenRequestContext>(handler =>
                    handler
                        .UseInlineHandler(context =>
                        {
                            context.Request = new OpenIddictRequest { GrantType = SandboxIssuer.Grant };
                            return ValueTask.CompletedTask;
                        })
                        .SetOrder(int.MinValue) // Handlers after it look into the request.
                );
                server.AddEventHandler<ValidateTokenRequestContext>(handler =>
                    handler.UseInlineHandler(_ => ValueTask.CompletedTask)
                );
            });
        services
            .AddOptions<OpenIddictServerOptions>()
            .Configure<SandboxIssuer>(
                (options, issuer) =>
                {
                    options.Issuer = issuer.Issuer;
                    // Validation reads the machine's clock; a token must not follow another one.
                    options.TimeProvider = TimeProvider.System;
                    options.SigningCredentials.Add(
                        new SigningCredentials(issuer.SigningKey, SecurityAlgorithms.RsaSha256)
                    );
                }
            );
    }

    private static void AddValidation(IServiceCollection services)
    {
        services
            .AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
            .AddMicrosoftIdentityWebApi(
                _ => { },
                options =>
                {
                    options.Instance = "http://127.0.0.1/";
                    options.TenantId = SandboxIssuer.Tenant;
                    options.ClientId = SandboxIssuer.Audience;
                    options.AllowWebApiToBeAuthorizedByACL = true;
                }
            );
        services
            .AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<SandboxIssuer>(
                (options, issuer) =>
                {
                    // Its own metadata, fetched over HTTP as from any issuer, when the first token comes.
                    options.MetadataAddress = issuer.Metadata.ToString();
                    options.RequireHttpsMetadata = false;
                    options.TokenValidationParameters.IssuerValidator = null;
                    options.TokenValidationParameters.ValidIssuer = issuer.Issuer.ToString();
                    options.TokenValidationParameters.ValidAudience = SandboxIssuer.Audience;
                    options.TokenValidationParameters.ValidTypes = ["at+jwt"];
                    options.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.RsaSha256];
                    options.TokenValidationParameters.ClockSkew = TimeSpan.Zero;
                }
            );
    }

    /// <summary>Opens the key at start, so that a key that others can read stops it.</summary>
    private sealed class Opening(SandboxIssuer issuer) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = issuer.SigningKey;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
