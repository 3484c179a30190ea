using System.Globalization;
using System.Text;
using Governance.Api.Http;
using Governance.Masking.Methods.Normalization;
using Governance.Masking.Vault;

namespace Governance.Api.Features.SubjectRequests.Submit;

/// <summary>Turns claims into keys at once; from here on nobody knows the values. Faults name the place, never the value.</summary>
internal sealed class ClaimReader(Identifiers identifiers)
{
    /// <summary>The most claims that a request may bring.</summary>
    public const int MaxClaims = 20;

    /// <summary>The longest claim, in characters.</summary>
    public const int MaxLength = 256;

    /// <summary>Reads all claims, and adds every fault.</summary>
    public IReadOnlyList<IdentifierKey> Read(
        IReadOnlyList<ClaimBody> claims,
        IReadOnlyList<string> domains,
        List<Fault> faults
    )
    {
        if (claims.Count is 0 or > MaxClaims)
        {
            faults.Add(new Fault("claims", "wrong_count", $"Send 1 to {MaxClaims} claims."));
            return [];
        }

        var keys = new List<IdentifierKey>(claims.Count);
        for (var position = 0; position < claims.Count; position++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"claims[{position}]");
            if (claims[position] is { } claim)
            {
                Read(claim, path, domains, keys, faults);
            }
            else
            {
                faults.Add(new Fault(path, "missing", "A claim is an object with domain and value."));
            }
        }

        return [.. keys.Distinct()];
    }

    private void Read(
        ClaimBody claim,
        string path,
        IReadOnlyList<string> domains,
        List<IdentifierKey> keys,
        List<Fault> faults
    )
    {
        // The domain is not repeated either: people mistake one field for the other.
        if (!domains.Contains(claim.Domain, StringComparer.Ordinal))
        {
            var known = domains.Count == 0 ? "No contract names one yet" : $"It is one of {string.Join(", ", domains)}";
            faults.Add(new Fault($"{path}.domain", "unknown_domain", $"No contract knows this domain. {known}."));
            return;
        }

        if (claim.Value.Length > MaxLength)
        {
            faults.Add(new Fault($"{path}.value", "too_long", $"A claim has at most {MaxLength} characters."));
            return;
        }

        // Unpaired surrogates would become the same replacement character, and so another person's key.
        byte[] utf8;
        try
        {
            utf8 = Strict.GetBytes(claim.Value);
        }
        catch (EncoderFallbackException)
        {
            faults.Add(new Fault($"{path}.value", "malformed", "The claim is not well-formed Unicode text."));
            return;
        }

        if (identifiers.TryGetKey(claim.Domain, utf8, out var key, out var failure))
        {
            keys.Add(key);
            return;
        }

        faults.Add(
            failure switch
            {
                NormalizationFailure.Empty => new Fault(
                    $"{path}.value",
                    "empty",
                    "Nothing is left of the claim once it is normalized for its domain; send the whole identifier."
                ),
                NormalizationFailure.TooLong => new Fault(
                    $"{path}.value",
                    "too_long",
                    "The claim is longer than any identifier of its domain."
                ),
                _ => new Fault($"{path}.value", "malformed", "The claim is not well-formed Unicode text."),
            }
        );
    }

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );
}
