using System.Buffers;
using System.Text;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Methods;

/// <summary>
/// <c>redact</c>: text becomes its category in brackets, such as <c>[user.contact.email]</c>.
/// Keeps: the type (text), and that there was a value.
/// Loses: everything else; not reversible.
/// Does not protect from: knowing that there was a value.
/// </summary>
internal sealed class RedactMethod : IMaskingMethod
{
    public string Name => "redact";

    public IReadOnlyList<string> Parameters { get; } = [];

    public MethodTraits Traits { get; } = new(MethodStrength.PresenceShows) { Type = true };

    public IEnumerable<string> Validate(MaskingRule rule, Column column) => RuleParameters.Unknown(rule, Parameters);

    public IValueMasker Compile(MaskingTarget target, TenantKeys keys)
    {
        RuleParameters.Check(this, target);
        return target.Input.Kind == ScalarKind.Text
            ? new Masker(Encoding.UTF8.GetBytes($"[{target.Column.PrivacyCategory ?? "redacted"}]"))
            : throw RuleParameters.WrongType(target, "Only text can carry the mark; use drop.");
    }

    private sealed class Masker(byte[] mark) : IValueMasker
    {
        public ScalarType Output => ScalarType.Text;

        public bool NeedsSubjectKey => false;

        public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked) =>
            masked.Write(mark);
    }
}
