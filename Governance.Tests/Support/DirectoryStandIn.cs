using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Governance.Api.Identity;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Identity.Web;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Tests.Support;

/// <summary>
/// Stands for Microsoft Entra ID and Microsoft Graph, over HTTP: discovery, keys, the token endpoint for applications, and groups. The service under test has the
/// settings of a real directory; its requests to any host go here, with the host as the path's first part.
/// </summary>
internal sealed class DirectoryStandIn : IAsyncDisposable
{
    public const string ClientId = "00000000-0000-4000-8000-000000000002";
    public const string Secret = "the secret of this registration";
    private const string GraphToken = "a token for Graph";

    private readonly WebApplication _app;
    private volatile RsaSecurityKey[] _published;

    private DirectoryStandIn(WebApplication app)
    {
        _app = app;
        Key = NewKey();
        _published = [Key];
    }

    /// <summary>The directory's id; another one each time, as the libraries keep for the process's life what they know of a directory.</summary>
    public string Tenant { get; } = Guid.NewGuid().ToString();

    public string Issuer => $"https://login.microsoftonline.com/{Tenant}/v2.0";

    /// <summary>The key that tokens are signed with.</summary>
    public RsaSecurityKey Key { get; private set; }

    /// <summary>Paths that were asked for, beginning with the host.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>What Graph answers about a person's or a program's groups; by default two of them.</summary>
    public Func<string, HttpContext, Task<IResult>> Groups { get; set; } =
        (_, _) => Task.FromResult(Results.Json(new { value = new[] { GroupOne, GroupTwo } }));

    /// <summary>Whether the token endpoint knows the service's secret.</summary>
    public bool KnowsTheService { get; set; } = true;

    public static string GroupOne => "11111111-0000-4000-8000-000000000001";

    public static string GroupTwo => "11111111-0000-4000-8000-000000000002";

    /// <summary>How often Graph was asked for groups.</summary>
    public int GroupsAsked => Asked.Count(path => path.EndsWith("/getMemberGroups", StringComparison.Ordinal));

    public static async Task<DirectoryStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var directory = new DirectoryStandIn(app);
        app.Use(
            (context, next) =>
            {
                directory.Asked.Enqueue(context.Request.Path.Value!);
                return next();
            }
        );
        directory.Map(app);
        await app.StartAsync();
        return directory;
    }

    /// <summary>The service, as production has it, but for where the names of its directory lead.</summary>
    public Task<SandboxHost> HostAsync(string[] settings, Action<IEndpointRouteBuilder>? map = null) =>
        SandboxHost.StartAsync(
            [
                "--AzureAd:Instance=https://login.microsoftonline.com/",
                $"--AzureAd:TenantId={Tenant}",
                $"--AzureAd:ClientId={ClientId}",
                .. settings,
            ],
            builder =>
            {
                var address = new Uri(_app.Urls.First());
                builder.Services.ConfigureHttpClientDefaults(client =>
                    client.ConfigurePrimaryHttpMessageHandler(() => new Detour(address))
                );
                builder.Services.Configure<JwtBearerOptions>(
                    JwtBearerDefaults.AuthenticationScheme,
                    options => options.BackchannelHttpHandler = new Detour(address)
                );
                builder.Services.Configure<AadIssuerValidatorOptions>(options => options.HttpClientName = "directory");
            },
            map
        );

    /// <summary>A token as Entra would sign it, with changes: a claim of <see langword="null"/> is left out.</summary>
    public string Token(
        IDictionary<string, object?>? claims = null,
        SigningCredentials? signing = null,
        string? issuer = null,
        string? audience = null,
        DateTimeOffset? expires = null
    )
    {
        var until = expires ?? TimeProvider.System.GetUtcNow().AddMinutes(30);
        var all = new Dictionary<string, object>
        {
            ["oid"] = "22222222-0000-4000-8000-000000000001",
            ["sub"] = "pairwise",
            ["tid"] = Tenant,
            ["ver"] = "2.0",
            ["roles"] = new[] { Roles.Analyst },
        };
        foreach (var (name, value) in claims ?? new Dictionary<string, object?>())
        {
            if (value is null)
            {
                all.Remove(name);
            }
            else
            {
                all[name] = value;
            }
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = issuer ?? Issuer,
                Audience = audience ?? ClientId,
                NotBefore = until.AddHours(-1).UtcDateTime,
                IssuedAt = until.AddHours(-1).UtcDateTime,
                Expires = until.UtcDateTime,
                Claims = all,
                SigningCredentials = signing ?? new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
            }
        );
    }

    /// <summary>Signs with a new key from now on, and publishes it beside the old one.</summary>
    public void RollKeyOver()
    {
        Key = NewKey();
        _published = [.. _published, Key];
    }

    public static RsaSecurityKey NewKey() =>
        new(RSA.Create(2048))
        {
            KeyId = Guid.NewGuid().ToString("N"),
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        };

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private void Map(WebApplication app)
    {
        const string login = "/login.microsoftonline.com";
        app.MapGet(
            $"{login}/{{tenant}}/v2.0/.well-known/openid-configuration",
            () =>
                Results.Json(
                    new
                    {
                        issuer = Issuer,
                        jwks_uri = $"https://login.microsoftonline.com/{Tenant}/discovery/v2.0/keys",
                        authorization_endpoint = $"https://login.microsoftonline.com/{Tenant}/oauth2/v2.0/authorize",
                        token_endpoint = $"https://login.microsoftonline.com/{Tenant}/oauth2/v2.0/token",
                        id_token_signing_alg_values_supported = new[] { "RS256" },
                    }
                )
        );
        app.MapGet(
            $"{login}/{{tenant}}/discovery/v2.0/keys",
            () =>
                Results.Json(
                    new
                    {
                        keys = _published.Select(key =>
                        {
                            var numbers = key.Rsa.ExportParameters(includePrivateParameters: false);
                            return new
                            {
                                kty = "RSA",
                                use = "sig",
                                kid = key.KeyId,
                                n = Base64UrlEncoder.Encode(numbers.Modulus),
                                e = Base64UrlEncoder.Encode(numbers.Exponent),
                                issuer = Issuer,
                            };
                        }),
                    }
                )
        );
        app.MapGet(
            $"{login}/{{tenant}}/discovery/instance",
            () =>
                Results.Json(
                    new
                    {
                        tenant_discovery_endpoint = $"{Issuer}/.well-known/openid-configuration",
                        metadata = new[]
                        {
                            new
                            {
                                preferred_network = "login.microsoftonline.com",
                                preferred_cache = "login.windows.net",
                                aliases = new[] { "login.microsoftonline.com", "login.windows.net" },
                            },
                        },
                    }
                )
        );
        app.MapPost(
            $"{login}/{{tenant}}/oauth2/v2.0/token",
            async (string tenant, HttpContext context) =>
            {
                var form = await context.Request.ReadFormAsync();
                return
                    KnowsTheService
                    && tenant == Tenant
                    && form["grant_type"] == "client_credentials"
                    && form["client_id"] == ClientId
                    && form["client_secret"] == Secret
                    && form["scope"] == "https://graph.microsoft.com/.default"
                    ? Results.Json(
                        new
                        {
                            token_type = "Bearer",
                            expires_in = 3599,
                            access_token = GraphToken,
                        }
                    )
                    : Results.Json(
                        new { error = "invalid_client", error_description = "AADSTS7000215" },
                        statusCode: 401
                    );
            }
        );
        app.MapPost(
            "/graph.microsoft.com/v1.0/{kind}/{id}/getMemberGroups",
            async (string kind, string id, HttpContext context) =>
            {
                var body = await context.Request.ReadFromJsonAsync<JsonElement>();
                return
                    context.Request.Headers.Authorization == $"Bearer {GraphToken}"
                    && body.GetProperty("securityEnabledOnly").GetBoolean()
                    ? await Groups($"{kind}/{id}", context)
                    : Results.StatusCode(401);
            }
        );
    }

    /// <summary>Leads every request to the stand-in, whatever host it names.</summary>
    private sealed class Detour(Uri address) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var asked = request.RequestUri!;
            request.RequestUri = new Uri(address, $"/{asked.Host}{asked.PathAndQuery}");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
