using System.Buffers;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Methods;

/// <summary>
/// <c>seal</c>: a value is encrypted under its subject's own key (AES-256-SIV), bound to domain and category. Parameter
/// <c>under</c>: path of the identifier column whose key is taken; default: the record's subject.
/// Keeps: equality within one subject and category; reversible by whoever may reach the subject key; every copy becomes
/// meaningless when that key is destroyed.
/// Loses: type, order, joins across subjects.
/// Does not protect from: seeing a value's length, and that one subject's value did not change.
/// </summary>
internal sealed class SealMethod : IMaskingMethod
{
    public string Name => "seal";

    public IReadOnlyList<string> Parameters { get; } = ["under"];

    public MethodTraits Traits { get; } =
        new(MethodStrength.OwnKey)
        {
            Length = true,
            Joins = KeptAmong.OneSubject,
            Reversal = Reversal.BySubjectKey,
            UnderSubject = true,
        };

    public IEnumerable<string> Validate(MaskingRule rule, Column column)
    {
        if (column.PrivacyCategory is null)
        {
            yield return "seal binds a value to its category; give the column a privacyCategory.";
        }

        foreach (var fault in RuleParameters.Unknown(rule, Parameters))
        {
            yield return fault;
        }
    }

    public IValueMasker Compile(MaskingTarget target, TenantKeys keys)
    {
        RuleParameters.Check(this, target);
        return target.SubjectDomain.Length > 0
            ? new Masker(new SealContext(target.SubjectDomain, target.Column.PrivacyCategory!))
            : throw new MaskingRuleException(
                $"{target.Column.Path}: seal needs a subject's key, and the dataset names no subject. State the dataset's subject, or use token, redact or drop."
            );
    }

    private sealed class Masker(SealContext sealing) : IReversibleMasker
    {
        public ScalarType Output => ScalarType.Text;

        public bool NeedsSubjectKey => true;

        public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked)
        {
            context.RequiredSubjectKey.Seal(sealing, plain, masked);
        }

        public void Mask(ValueColumn column)
        {
            var batch = SivBatch.Rent();
            for (var first = 0; first < column.Count; first += SivBatch.Capacity)
            {
                var end = Math.Min(first + SivBatch.Capacity, column.Count);
                for (var index = first; index < end; index++)
                {
                    column.Context(index).SubjectKey?.Add(sealing, column.Plain(index), index, batch);
                }

                batch.MaskNext(column, first, end, SubjectKey.TextPrefix, this);
            }

            batch.Return();
        }

        public bool TryReveal(ReadOnlySpan<byte> masked, in ValueContext context, IBufferWriter<byte> plain)
        {
            if (!context.RequiredSubjectKey.TryOpenText(sealing, masked, out var opened))
            {
                return false;
            }

            plain.Write(opened);
            return true;
        }
    }
}
