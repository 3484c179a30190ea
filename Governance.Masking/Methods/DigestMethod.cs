using System.Buffers;
using System.Buffers.Text;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods.Normalization;

namespace Governance.Masking.Methods;

/// <summary>
/// <c>digest</c>: HMAC-SHA-256 of the normalized value under its domain's key. Parameters: <c>domain</c>, as of <c>token</c>;
/// <c>encoding</c>: <c>hex</c> (default) or <c>base64url</c>.
/// Keeps: equality (after normalization), so joins; a fixed length that tells nothing.
/// Loses: type, length, order, the value itself: not reversible; equality across a change of the keyset's primary.
/// Does not protect from: whoever holds the key testing values one by one; frequencies; an erasure, because the key stays.
/// </summary>
internal sealed class DigestMethod : IMaskingMethod
{
    public string Name => "digest";

    public IReadOnlyList<string> Parameters { get; } = ["domain", "encoding"];

    public MethodTraits Traits { get; } =
        new(MethodStrength.DomainKey) { Joins = KeptAmong.All, SurvivesErasure = true };

    public IEnumerable<string> Validate(MaskingRule rule, Column column)
    {
        if (string.IsNullOrWhiteSpace(TokenMethod.Domain(rule, column)))
        {
            yield return "digest needs a domain: state its parameter domain, or give the column an identifier or a privacyCategory.";
        }

        if (rule.Find("encoding") is not (null or "hex" or "base64url"))
        {
            yield return "digest's encoding is hex or base64url.";
        }

        foreach (var fault in RuleParameters.Unknown(rule, Parameters))
        {
            yield return fault;
        }
    }

    public IValueMasker Compile(MaskingTarget target, TenantKeys keys)
    {
        RuleParameters.Check(this, target);
        var domain = TokenMethod.Domain(target.Rule, target.Column)!;
        return new Masker(
            keys.Digests(domain),
            Normalizers.For(domain),
            hex: target.Rule.Find("encoding") is null or "hex"
        );
    }

    private sealed class Masker(HmacKey key, INormalizer normalizer, bool hex) : IValueMasker
    {
        public ScalarType Output => ScalarType.Text;

        public bool NeedsSubjectKey => false;

        public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked)
        {
            Span<byte> buffer = stackalloc byte[Normalizers.MaxLength];
            Span<byte> hash = stackalloc byte[HmacKey.Size];
            key.Hash(NormalizedValue.Read(normalizer, plain, buffer), hash);
            var destination = masked.GetSpan(2 * HmacKey.Size);
            int written;
            if (hex)
            {
                _ = Convert.TryToHexStringLower(hash, destination, out written);
            }
            else
            {
                written = Base64Url.EncodeToUtf8(hash, destination);
            }

            masked.Advance(written);
        }
    }
}
