using System.Collections.Frozen;

namespace Governance.Masking.Methods.Normalization;

/// <summary>The normalization rules by identifier domain.</summary>
public static class Normalizers
{
    /// <summary>Longest normal form in bytes; a value of half as many is too long to be an identifier.</summary>
    public const int MaxLength = 2048;

    private static readonly FrozenDictionary<string, INormalizer> ByDomain = new INormalizer[]
    {
        new EmailNormalizer(),
        new PhoneNormalizer(),
        new CompactNormalizer("postcode"),
        new CompactNormalizer("iban"),
        new MpanNormalizer(),
        new UpperNormalizer("customer_id"),
        new UpperNormalizer("account_number"),
    }.ToFrozenDictionary(rule => rule.Domain, StringComparer.Ordinal);

    /// <summary>The rule of domains that have none of their own.</summary>
    public static INormalizer Default { get; } = new DefaultNormalizer();

    /// <summary>A domain's rule.</summary>
    public static INormalizer For(string domain) => ByDomain.GetValueOrDefault(domain) ?? Default;
}
