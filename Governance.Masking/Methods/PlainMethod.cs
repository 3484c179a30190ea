using System.Buffers;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Methods;

/// <summary>
/// <c>plain</c>: the value lands as it is, because its contract says so. Refused for identifiers. Parameter
/// <c>justification</c>: why personal data lands so; contracts must state it there.
/// Keeps: everything.
/// Does not protect from: anything.
/// </summary>
internal sealed class PlainMethod : IMaskingMethod
{
    public string Name => "plain";

    public IReadOnlyList<string> Parameters { get; } = ["justification"];

    public MethodTraits Traits { get; } =
        new(MethodStrength.Plain)
        {
            Type = true,
            Length = true,
            Order = KeptAmong.All,
            Joins = KeptAmong.All,
            Reversal = Reversal.NotNeeded,
            SurvivesErasure = true,
        };

    public IEnumerable<string> Validate(MaskingRule rule, Column column)
    {
        if (column.Identifier is not null)
        {
            yield return "an identifier never lands plain; use surrogate, token or drop.";
        }

        foreach (var fault in RuleParameters.Unknown(rule, Parameters))
        {
            yield return fault;
        }
    }

    public IValueMasker Compile(MaskingTarget target, TenantKeys keys)
    {
        RuleParameters.Check(this, target);
        return new Masker(target.Input);
    }

    private sealed class Masker(ScalarType type) : IValueMasker
    {
        public ScalarType Output => type;

        public bool NeedsSubjectKey => false;

        public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked) =>
            masked.Write(plain);
    }
}
