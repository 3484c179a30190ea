using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Governance.Api.Configuration;
using Governance.Masking;
using Governance.Masking.Keys;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;

namespace Governance.Api.Identity;

/// <summary>The sandbox's own issuer of tokens: its address, its key, and what a token says of a sample person.</summary>
internal sealed class SandboxIssuer : IDisposable
{
    public const string Path = "sandbox/";
    public const string TokenPath = "sandbox/token";
    public const string MetadataPath = "sandbox/.well-known/openid-configuration";
    public const string KeysPath = "sandbox/.well-known/jwks";
    public const string Grant = "urn:governance:grant:sample-person";
    public const string Audience = "governance";
    public const string Tenant = "5a000000-0000-4000-8000-0000000000ff";
    public const string KeyId = "sandbox-1";
    private readonly ServiceAddress _address;
    private readonly RSA _rsa = RSA.Create();

    /// <summary>Reads the signing key, or makes one at the first start.</summary>
    /// <exception cref="StartupException">The key file can be read by others, or is none.</exception>
    public SandboxIssuer(ServiceAddress address, DataDirectory directory)
    {
        _address = address;
        var path = System.IO.Path.Combine(directory.Keys, "sandbox-signin.pem");
        var pem = Encoding.ASCII.GetString(SecretFile.TryRead(path) ?? Create(path));
        try
        {
            _rsa.ImportFromPem(pem);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            throw new StartupException($"The key file {path} holds no key. Remove it: a new one is made.", exception);
        }

        SigningKey = new RsaSecurityKey(_rsa)
        {
            KeyId = KeyId,
            // The default cache belongs to the process and outlives this key, which ends with its service.
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        };
    }

    /// <summary>The key that tokens are signed with.</summary>
    public RsaSecurityKey SigningKey { get; }

    /// <summary>The issuer, as tokens name it; follows the port that the service really listens on.</summary>
    public Uri Issuer => new(_address.Base, Path);

    /// <summary>Where the issuer describes itself.</summary>
    public Uri Metadata => new(_address.Base, MetadataPath);

    /// <summary>What a token says.</summary>
    public static ClaimsPrincipal Describe(SamplePerson person, TimeSpan lifetime)
    {
        var identity = new ClaimsIdentity(
            OpenIddictServerAspNetCoreDefaults.AuthenticationScheme,
            Actor.NameClaim,
            Actor.RolesClaim
        );
        identity.SetClaim(OpenIddictConstants.Claims.Subject, person.ObjectId);
        identity.SetClaim(Actor.IdClaim, person.ObjectId);
        identity.SetClaim(Actor.NameClaim, person.DisplayName);
        identity.SetClaim("preferred_username", $"{person.Name}@sandbox.example");
        identity.SetClaim("tid", Tenant);
        identity.SetClaim(Actor.RolesClaim, person.Name);
        identity.SetResources(Audience);
        identity.SetAccessTokenLifetime(lifetime);
        identity.SetDestinations(_ => [OpenIddictConstants.Destinations.AccessToken]);
        return new ClaimsPrincipal(identity);
    }

    /// <inheritdoc/>
    public void Dispose() => _rsa.Dispose();

    private static byte[] Create(string path)
    {
        using var fresh = RSA.Create(2048);
        var pem = Encoding.ASCII.GetBytes(fresh.ExportPkcs8PrivateKeyPem());
        SecretFile.TryCreate(path, pem);
        return pem;
    }
}
