using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Methods;

/// <summary>
/// <c>drop</c>: the column does not land. The plan leaves it out (see <see cref="IDropsColumn"/>).
/// Keeps: nothing.
/// Does not protect from: nothing; there is nothing left.
/// </summary>
internal sealed class DropMethod : IDropsColumn
{
    public string Name => "drop";

    public IReadOnlyList<string> Parameters { get; } = [];

    public MethodTraits Traits { get; } = new(MethodStrength.Nothing);

    public IEnumerable<string> Validate(MaskingRule rule, Column column) => RuleParameters.Unknown(rule, Parameters);

    public IValueMasker Compile(MaskingTarget target, TenantKeys keys) =>
        throw new MaskingRuleException($"{target.Column.Path}: a dropped column has no masked value; leave it out.");
}
