using System.Buffers;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods.Normalization;

namespace Governance.Masking.Methods;

/// <summary>
/// <c>token</c>: a value is encrypted under its domain's key (AES-256-SIV, in Tink's wire format). Parameter <c>domain</c>: which
/// key; default: the column's identifier domain, else its category.
/// Keeps: equality (after normalization), so joins wherever the domain is the same; reversible by whoever holds the domain's key,
/// as in BigQuery.
/// Loses: type, order; equality across a change of the keyset's primary.
/// Does not protect from: seeing lengths and frequencies; an erasure, because the domain's key stays. For low-risk columns.
/// </summary>
internal sealed class TokenMethod : IMaskingMethod
{
    public string Name => "token";

    public IReadOnlyList<string> Parameters { get; } = ["domain"];

    public MethodTraits Traits { get; } =
        new(MethodStrength.DomainKey)
        {
            Length = true,
            Joins = KeptAmong.All,
            Reversal = Reversal.ByDomainKey,
            SurvivesErasure = true,
        };

    public IEnumerable<string> Validate(MaskingRule rule, Column column)
    {
        if (string.IsNullOrWhiteSpace(Domain(rule, column)))
        {
            yield return "token needs a domain: state its parameter domain, or give the column an identifier or a privacyCategory.";
        }

        foreach (var fault in RuleParameters.Unknown(rule, Parameters))
        {
            yield return fault;
        }
    }

    public IValueMasker Compile(MaskingTarget target, TenantKeys keys)
    {
        RuleParameters.Check(this, target);
        return new Masker(keys.Tokens(Domain(target.Rule, target.Column)!));
    }

    internal static string? Domain(MaskingRule rule, Column column) =>
        rule.Find("domain") ?? column.Identifier ?? column.PrivacyCategory;

    private sealed class Masker(DomainTokens tokens) : IReversibleMasker
    {
        public ScalarType Output => ScalarType.Text;

        public bool NeedsSubjectKey => false;

        public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked)
        {
            Span<byte> buffer = stackalloc byte[Normalizers.MaxLength];
            tokens.Write(NormalizedValue.Read(tokens.Normalizer, plain, buffer), masked);
        }

        public void Mask(ValueColumn column)
        {
            var batch = SivBatch.Rent();
            for (var first = 0; first < column.Count; first += SivBatch.Capacity)
            {
                var end = Math.Min(first + SivBatch.Capacity, column.Count);
                for (var index = first; index < end; index++)
                {
                    tokens.Add(column.Plain(index), index, batch);
                }

                batch.MaskNext(column, first, end, DomainTokens.TextPrefix, this);
            }

            batch.Return();
        }

        public bool TryReveal(ReadOnlySpan<byte> masked, in ValueContext context, IBufferWriter<byte> plain)
        {
            if (!tokens.TryOpenText(masked, out var normalized))
            {
                return false;
            }

            plain.Write(normalized);
            return true;
        }
    }
}
