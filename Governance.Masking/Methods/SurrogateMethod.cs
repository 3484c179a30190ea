using System.Buffers;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Methods;

/// <summary>
/// <c>surrogate</c>: an identifier becomes its random 128-bit stand-in from the vault.
/// Keeps: equality, so joins across all tables and topics; reversible through the vault alone, until its row is destroyed.
/// Loses: type, length, order.
/// Does not protect from: counting and following one person's rows; recognising a person by everything else in them.
/// </summary>
internal sealed class SurrogateMethod : IMaskingMethod
{
    public string Name => "surrogate";

    public IReadOnlyList<string> Parameters { get; } = [];

    public MethodTraits Traits { get; } =
        new(MethodStrength.OwnKey) { Joins = KeptAmong.All, Reversal = Reversal.ByVault };

    public IEnumerable<string> Validate(MaskingRule rule, Column column)
    {
        if (column.Identifier is null)
        {
            yield return "surrogate stands for an identifier; give the column an identifier domain, or use seal.";
        }

        foreach (var fault in RuleParameters.Unknown(rule, Parameters))
        {
            yield return fault;
        }
    }

    public IValueMasker Compile(MaskingTarget target, TenantKeys keys)
    {
        RuleParameters.Check(this, target);
        return
            target.Input.Kind
                is ScalarKind.Text
                    or ScalarKind.Int32
                    or ScalarKind.Int64
                    or ScalarKind.Uuid
                    or ScalarKind.Bytes
            ? new Masker(target.Column.Identifier!)
            : throw RuleParameters.WrongType(target, "An identifier is text, a whole number, bytes or a UUID.");
    }

    private sealed class Masker(string domain) : ISurrogateMasker
    {
        public ScalarType Output => ScalarType.Uuid;

        public bool NeedsSubjectKey => false;

        public string Domain => domain;

        public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked) =>
            throw new InvalidOperationException("The plan writes surrogates itself: it resolves them by the batch.");
    }
}
