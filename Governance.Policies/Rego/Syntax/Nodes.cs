using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Syntax;

/// <summary>A term as it is written.</summary>
internal abstract record Term(Location At);

internal sealed record ScalarTerm(Location At, RegoValue Value) : Term(At);

/// <summary>A variable, or a name that the compiler finds to be a rule or an import. <c>_</c> is a new one each time.</summary>
internal sealed record VarTerm(Location At, string Name) : Term(At);

/// <summary><c>head.a["b"][c]</c></summary>
internal sealed record RefTerm(Location At, Term Head, IReadOnlyList<Term> Steps) : Term(At);

/// <summary>A call; operators are calls of the builtins that they stand for.</summary>
internal sealed record CallTerm(Location At, Term Function, IReadOnlyList<Term> Arguments) : Term(At);

internal sealed record ArrayTerm(Location At, IReadOnlyList<Term> Items) : Term(At);

internal sealed record SetTerm(Location At, IReadOnlyList<Term> Items) : Term(At);

internal sealed record ObjectTerm(Location At, IReadOnlyList<(Term Key, Term Value)> Members) : Term(At);

internal enum ComprehensionKind
{
    Array,
    Set,
    Object,
}

internal sealed record ComprehensionTerm(
    Location At,
    ComprehensionKind Kind,
    Term? Key,
    Term Value,
    IReadOnlyList<Literal> Body
) : Term(At);

/// <summary><c>$"text {expression}"</c>: each part is text, or an expression.</summary>
internal sealed record TemplateTerm(Location At, IReadOnlyList<(string? Text, Literal? Expression)> Parts) : Term(At);

/// <summary><c>with target as value</c></summary>
internal sealed record WithModifier(Location At, Term Target, Term Value);

/// <summary>A line of a body.</summary>
internal abstract record Literal(Location At, IReadOnlyList<WithModifier> With);

internal sealed record TermLiteral(Location At, Term Term, bool Negated, IReadOnlyList<WithModifier> With)
    : Literal(At, With);

/// <summary><c>some x, y</c></summary>
internal sealed record SomeLiteral(Location At, IReadOnlyList<VarTerm> Names) : Literal(At, []);

/// <summary><c>some k, v in xs</c></summary>
internal sealed record SomeInLiteral(Location At, Term? Key, Term Value, Term Domain, IReadOnlyList<WithModifier> With)
    : Literal(At, With);

/// <summary><c>every k, v in xs { ... }</c></summary>
internal sealed record EveryLiteral(
    Location At,
    VarTerm? Key,
    VarTerm Value,
    Term Domain,
    IReadOnlyList<Literal> Body,
    IReadOnlyList<WithModifier> With
) : Literal(At, With);

/// <summary>The names of the operators, as they are called.</summary>
internal static class Operators
{
    public const string Unify = "eq";
    public const string Assign = "assign";
    public const string Equal = "equal";
    public const string Member = "internal.member_2";
    public const string MemberWithKey = "internal.member_3";
}

internal sealed record Import(Location At, IReadOnlyList<Term> Path, string? Alias);

/// <summary>A body with what the rule is where it holds; the first is the rule's own, others follow <c>else</c>.</summary>
internal sealed record RuleBranch(Location At, Term? Value, IReadOnlyList<Literal> Body);

internal sealed record RuleNode(
    Location At,
    bool IsDefault,
    IReadOnlyList<Term> Path,
    IReadOnlyList<Term>? Arguments,
    Term? Element,
    IReadOnlyList<RuleBranch> Branches
);

internal sealed record ModuleNode(
    string File,
    Location At,
    IReadOnlyList<string> Package,
    IReadOnlyList<Import> Imports,
    IReadOnlyList<RuleNode> Rules
);
