using System.Text.Json.Serialization;

namespace Governance.Api.Identity;

/// <summary>Asks for a token of a sample person.</summary>
/// <param name="Person">Who.</param>
/// <param name="ExpiresIn">For how many seconds, 1 to 3600; an hour where it is left out.</param>
internal sealed record SandboxTokenRequest(
    string Person,
    [property: JsonPropertyName("expires_in")] int? ExpiresIn = null
)
{
    public const int DefaultLifetime = 3600;
}
