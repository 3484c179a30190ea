namespace Governance.Policies.Rego.Syntax;

/// <summary>Where something stands. Lines and columns count from 1.</summary>
internal readonly record struct Location(string File, int Line, int Column)
{
    public override string ToString() => FormattableString.Invariant($"{File}:{Line}:{Column}");
}
